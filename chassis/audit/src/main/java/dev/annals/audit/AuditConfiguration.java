package dev.annals.audit;

import dev.annals.base.start.ChassisConfiguration;
import dev.annals.push.AsyncApiPart;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Configures the audit of the stored events. */
@ChassisConfiguration
@Import({
  AggregateStates.class,
  AuditController.class,
  EventLog.class,
  LogStreams.class,
  Seal.class,
  SealController.class
})
class AuditConfiguration {

  @Bean
  AsyncApiPart auditStream() {
    return new AsyncApiPart("asyncapi-audit.json", List.of(AuditedEvent.class));
  }

  @Bean
  @ConditionalOnMissingBean
  EventStates fieldsOnly() {
    return (event, at, state) -> {};
  }
}
