package dev.annals.eventstore.flag;

import dev.annals.base.flag.DeclaredFlags;
import dev.annals.base.start.ChassisConfiguration;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Configures feature flags. */
@ChassisConfiguration
@Import(Flags.class)
class FlagConfiguration {
  @Bean
  @ConditionalOnMissingBean
  DeclaredFlags noFlags() {
    return new DeclaredFlags(List.of());
  }
}
