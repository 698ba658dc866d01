package dev.annals.push.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The delays before the attempts that follow a failed one.
 *
 * @param jitter returns random numbers from 0 to 1
 */
record RetrySchedule(DoubleSupplier jitter) {

  private static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));

  /** Returns the delay after so many attempts, up to a tenth longer; empty after the last one. */
  Optional<Duration> after(int attempts) {
    return Optional.of(attempts)
        .filter(made -> made <= DELAYS.size())
        .map(made -> DELAYS.get(made - 1))
        .map(delay -> delay.plusMillis((long) (delay.toMillis() * jitter.getAsDouble() / 10)));
  }
}
