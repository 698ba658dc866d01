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
 * Includes commands and events in traces if tracing is enabled. The metadata of a message then has
 * its trace ({@code traceparent}, W3C Trace Context).
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
