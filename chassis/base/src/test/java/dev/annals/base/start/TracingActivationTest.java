package dev.annals.base.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

class TracingActivationTest {

  @ParameterizedTest
  @CsvSource({
    ", false, none",
    "'', false, none",
    "http://collector:4318/v1/traces, true, sampled-traces"
  })
  void enablesTracingIfAnEndpointIsConfigured(String endpoint, String traced, String exemplars) {
    MockEnvironment environment = new MockEnvironment();
    if (endpoint != null) {
      environment.setProperty("management.opentelemetry.tracing.export.otlp.endpoint", endpoint);
    }

    new TracingActivation().onApplicationEvent(PreparedEnvironment.event(environment));

    assertThat(environment.getProperty("management.opentelemetry.enabled")).isEqualTo(traced);
    assertThat(environment.getProperty("management.tracing.export.otlp.enabled")).isEqualTo(traced);
    assertThat(environment.getProperty("management.tracing.exemplars.include"))
        .isEqualTo(exemplars);
  }
}
