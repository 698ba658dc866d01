package dev.annals.platform.start;

import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Switches traces on where there is an endpoint for them, and else off: they would cost, and go
 * nowhere.
 */
final class TracingActivation
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    ConfigurableEnvironment environment = event.getEnvironment();
    boolean wanted =
        StringUtils.hasText(
            environment.getProperty("management.opentelemetry.tracing.export.otlp.endpoint"));
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "tracesWanted",
                Map.of(
                    "management.opentelemetry.enabled", wanted,
                    // A variable that is set but empty is none.
                    "management.tracing.export.otlp.enabled", wanted)));
  }

  /** Once the configuration is read. */
  @Override
  public int getOrder() {
    return 0;
  }
}
