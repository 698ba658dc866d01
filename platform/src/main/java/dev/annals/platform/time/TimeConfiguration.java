package dev.annals.platform.time;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Gives everybody the same clock. */
@Configuration(proxyBeanMethods = false)
public class TimeConfiguration {

  /** UTC in whole milliseconds: finer instants would change on their way through the stores. */
  @Bean
  Clock clock() {
    return Clock.tick(Clock.system(ZoneOffset.UTC), Duration.ofMillis(1));
  }
}
