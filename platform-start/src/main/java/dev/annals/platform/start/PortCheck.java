package dev.annals.platform.start;

import java.util.List;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;

/**
 * Rejects an invalid port as soon as the configuration is read. The web server would reject it only
 * after the stores have started, with a message that names no property.
 */
final class PortCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
  private static final List<String> PORTS = List.of("server.port", "management.server.port");
  private static final int DISABLED = -1;
  private static final int MAX = 65_535;

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    Binder binder = Binder.get(event.getEnvironment());
    for (String property : PORTS) {
      int port = binder.bind(property, Integer.class).orElse(0);
      if (port < DISABLED || port > MAX) {
        throw new CannotStartException(
            "The property %s has the value %d, but a port is a number from 0 to %d."
                .formatted(property, port, MAX));
      }
    }
  }
}
