package dev.annals.audit;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/** Configures the audit of the stored events. */
@AutoConfiguration
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@Import({
  AggregateStates.class,
  AuditController.class,
  EventLog.class,
  Seal.class,
  SealController.class
})
class AuditConfiguration {
  @Bean
  @ConditionalOnMissingBean
  EventStates fieldsOnly() {
    return (event, at, state) -> {};
  }
}
