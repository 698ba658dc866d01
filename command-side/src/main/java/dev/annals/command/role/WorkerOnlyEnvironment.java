package dev.annals.command.role;

import dev.annals.platform.start.CannotStartException;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Reads the roles before anything is started. A process that is nothing but a worker has no public
 * port, so that it must be told where people find the service.
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
