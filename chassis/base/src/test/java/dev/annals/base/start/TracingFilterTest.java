package dev.annals.base.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

class TracingFilterTest {

  private static final String[] CANDIDATES = {
    "org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration",
    "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
    "org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration",
    "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
    null
  };

  @ParameterizedTest
  @CsvSource({", false", "'', false", "http://collector:4318/v1/traces, true"})
  void configuresTracingIfAnEndpointIsConfigured(String endpoint, boolean traced) {
    MockEnvironment environment = new MockEnvironment();
    if (endpoint != null) {
      environment.setProperty("management.opentelemetry.tracing.export.otlp.endpoint", endpoint);
    }
    TracingFilter filter = new TracingFilter();
    filter.setEnvironment(environment);

    assertThat(filter.match(CANDIDATES, null)).containsExactly(traced, traced, traced, true, true);
  }
}
