package dev.annals.platform.axon;

import io.opentelemetry.api.OpenTelemetry;
import org.axonframework.tracing.NoOpSpanFactory;
import org.axonframework.tracing.SpanFactory;
import org.axonframework.tracing.opentelemetry.OpenTelemetrySpanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Has commands and events take part in traces, where there are any: the metadata of a message then
 * says which trace it belongs to ({@code traceparent}, W3C Trace Context).
 */
@Configuration(proxyBeanMethods = false)
class TracingConfiguration {

  @Bean
  SpanFactory spanFactory(
      ObjectProvider<OpenTelemetry> telemetry,
      @Value("${management.opentelemetry.enabled:false}") boolean enabled) {
    if (!enabled) {
      return NoOpSpanFactory.INSTANCE;
    }
    OpenTelemetry traced = telemetry.getObject();
    return OpenTelemetrySpanFactory.builder()
        .tracer(traced.getTracer("annals"))
        .contextPropagators(traced.getPropagators().getTextMapPropagator())
        .build();
  }
}
