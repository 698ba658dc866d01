package dev.annals.push.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {

  @Test
  void followsTheTenAttemptsOfTheContract() {
    assertThat(delays(new RetrySchedule(() -> 0)))
        .containsExactly(
            "PT5S", "PT5M", "PT30M", "PT2H", "PT5H", "PT10H", "PT14H", "PT20H", "PT24H", "-", "-");
  }

  @Test
  void delaysByUpToATenthMore() {
    assertThat(delays(new RetrySchedule(() -> 1)))
        .containsExactly(
            "PT5.5S",
            "PT5M30S",
            "PT33M",
            "PT2H12M",
            "PT5H30M",
            "PT11H",
            "PT15H24M",
            "PT22H",
            "PT26H24M",
            "-",
            "-");
  }

  private static Iterable<String> delays(RetrySchedule schedule) {
    return IntStream.rangeClosed(1, 11)
        .mapToObj(attempts -> schedule.after(attempts).map(Duration::toString).orElse("-"))
        .toList();
  }
}
