package dev.annals.http.time;

import dev.annals.base.start.ChassisConfiguration;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Provides the program's only clock. */
@ChassisConfiguration
@Import(PeriodicTasks.class)
public class TimeConfiguration {

  /** Returns a UTC clock with whole milliseconds, the precision of the stores. */
  @Bean
  Clock clock() {
    return Clock.tick(Clock.system(ZoneOffset.UTC), Duration.ofMillis(1));
  }
}
