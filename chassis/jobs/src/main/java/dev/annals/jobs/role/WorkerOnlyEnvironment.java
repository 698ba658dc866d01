package dev.annals.jobs.role;

import dev.annals.base.start.CannotStartException;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Validates the roles before the start. A process that is only a worker gets no public port, so it
 * requires the public URL of the service.
 */
public final class WorkerOnlyEnvironment
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    ConfigurableEnvironment environment = event.getEnvironment();
    if (!ProcessRole.of(environment).equals(Set.of(ProcessRole.WORKER))) {
      return;
    }
    if (environment.getProperty("annals.public-url", "").isBlank()) {
      throw new CannotStartException(
          "The configuration is not complete, not set: annals.public-url.");
    }
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("worker", Map.of("server.port", -1)));
  }
}
