package dev.annals.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import dev.annals.jobs.schedule.Schedule.Trigger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerTest {

  @ParameterizedTest
  @CsvSource({"SCHEDULED, DUE", "MANUAL, BY_HAND"})
  void keepsTheStoredNameOfEachTrigger(Trigger trigger, String stored) {
    byte[] json = ('"' + stored + '"').getBytes(StandardCharsets.UTF_8);
    JacksonSerializer serializer = new JacksonSerializer();

    assertThat(serializer.serialize(trigger)).isEqualTo(json);
    assertThat(serializer.deserialize(Trigger.class, json)).isEqualTo(trigger);
  }
}
