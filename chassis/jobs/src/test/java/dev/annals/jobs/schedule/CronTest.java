package dev.annals.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.start.CannotStartException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {

  private static final Instant NOW = Instant.parse("2026-11-22T05:50:00.123Z");

  @Test
  void returnsTheNextTimeInUtc() {
    Cron nightly = Cron.parse("annals.schedules.test", "0 30 3 * * *", NOW);

    assertThat(nightly.getInitialExecutionTime(NOW)).isEqualTo("2026-11-23T03:30:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "often", "* * * * *", "0 30 25 * * *", "0 0 0 31 2 *"})
  void refusesInvalidExpressionsAndThoseWithoutATime(String text) {
    assertThatThrownBy(() -> Cron.parse("annals.schedules.test", text, NOW))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(
            "The property annals.schedules.test is not a cron expression such as 0 30 3 * * *.");
  }
}
