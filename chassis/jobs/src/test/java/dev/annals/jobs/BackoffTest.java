package dev.annals.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "2, 4", "3, 8", "4, 16", "5, 25", "6, 25", "1000, 25"})
  void doublesTheDelayUpTo25Seconds(int failuresBefore, long seconds) {
    assertThat(Backoff.after(failuresBefore)).isEqualTo(Duration.ofSeconds(seconds));
  }
}
