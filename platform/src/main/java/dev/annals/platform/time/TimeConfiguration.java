package dev.annals.platform.time;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Provides the program's only clock. */
@Configuration(proxyBeanMethods = false)
public class TimeConfiguration {

  /** Returns a UTC clock with whole milliseconds, the precision of the stores. */
  @Bean
  Clock clock() {
    return Clock.tick(Clock.system(ZoneOffset.UTC), Duration.ofMillis(1));
  }
}
