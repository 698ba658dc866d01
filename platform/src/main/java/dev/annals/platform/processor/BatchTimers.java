package dev.annals.platform.processor;

import io.micrometer.core.instrument.MeterRegistry;
import org.axonframework.config.ConfigurerModule;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Adds a {@link BatchTimer} to the processors that Axon creates. */
@Configuration(proxyBeanMethods = false)
class BatchTimers {

  @Bean
  ConfigurerModule batchTimers(MeterRegistry metrics) {
    return configurer ->
        configurer.eventProcessing(
            processing ->
                processing.registerDefaultHandlerInterceptor(
                    (axon, processor) -> new BatchTimer(processor, metrics)));
  }
}
