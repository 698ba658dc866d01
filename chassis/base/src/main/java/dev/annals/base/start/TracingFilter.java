package dev.annals.base.start;

import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Leaves out all tracing unless an endpoint for traces is configured. Without it, each request
 * would have a span that is dropped.
 */
final class TracingFilter implements AutoConfigurationImportFilter, EnvironmentAware {

  private static final List<String> TRACING =
      List.of(
          "org.springframework.boot.micrometer.tracing.",
          "org.springframework.boot.opentelemetry.",
          // The HTTP module records the same metrics with less work.
          "org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration");

  private boolean enabled;

  @Override
  public void setEnvironment(Environment environment) {
    // An empty variable counts as not set.
    enabled =
        StringUtils.hasText(
            environment.getProperty("management.opentelemetry.tracing.export.otlp.endpoint"));
  }

  @Override
  public boolean[] match(String[] autoConfigurations, AutoConfigurationMetadata metadata) {
    boolean[] matches = new boolean[autoConfigurations.length];
    for (int i = 0; i < matches.length; i++) {
      String name = autoConfigurations[i];
      matches[i] = enabled || name == null || TRACING.stream().noneMatch(name::startsWith);
    }
    return matches;
  }
}
