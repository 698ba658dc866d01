package dev.annals.eventstore.flag;

import dev.annals.base.flag.DeclaredFlags;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/** Configures feature flags. */
@AutoConfiguration
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@Import(Flags.class)
class FlagConfiguration {
  @Bean
  @ConditionalOnMissingBean
  DeclaredFlags noFlags() {
    return new DeclaredFlags(List.of());
  }
}
