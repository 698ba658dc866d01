package dev.annals.audit;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Configures the audit of the stored events. */
@ChassisConfiguration
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
