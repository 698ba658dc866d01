package dev.annals.base.start;

import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/** Enables tracing only if an endpoint for traces is configured. */
final class TracingActivation implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    ConfigurableEnvironment environment = event.getEnvironment();
    boolean enabled =
        StringUtils.hasText(
            environment.getProperty("management.opentelemetry.tracing.export.otlp.endpoint"));
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "tracesWanted",
                Map.of(
                    "management.opentelemetry.enabled", enabled,
                    // An empty variable counts as not set.
                    "management.tracing.export.otlp.enabled", enabled,
                    // Each timer would look for a trace up to eleven times a second.
                    "management.tracing.exemplars.include", enabled ? "sampled-traces" : "none")));
  }
}
