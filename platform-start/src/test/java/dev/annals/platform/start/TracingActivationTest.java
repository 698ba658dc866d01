package dev.annals.platform.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.mock.env.MockEnvironment;

class TracingActivationTest {

  @ParameterizedTest
  @CsvSource({", false", "'', false", "http://collector:4318/v1/traces, true"})
  void enablesTracingIfAnEndpointIsConfigured(String endpoint, String traced) {
    MockEnvironment environment = new MockEnvironment();
    if (endpoint != null) {
      environment.setProperty("management.opentelemetry.tracing.export.otlp.endpoint", endpoint);
    }

    new TracingActivation()
        .onApplicationEvent(
            new ApplicationEnvironmentPreparedEvent(
                new DefaultBootstrapContext(),
                new SpringApplication(),
                new String[0],
                environment));

    assertThat(environment.getProperty("management.opentelemetry.enabled")).isEqualTo(traced);
    assertThat(environment.getProperty("management.tracing.export.otlp.enabled")).isEqualTo(traced);
  }
}
