package dev.annals.base.start;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;

/**
 * Rejects properties of earlier versions, which would be ignored silently, and invalid ports. The
 * web server would reject a port only after the stores have started, with a message that names no
 * property.
 */
final class PropertyCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

  private static final List<String> PORTS = List.of("server.port", "management.server.port");
  private static final int DISABLED = -1;
  private static final int MAX_PORT = 65_535;
  private static final Map<String, String> RENAMED =
      Map.of(
          "annals.gateway.origins", "annals.cors.origins",
          "annals.push.origins", "annals.cors.origins");

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    Binder binder = Binder.get(event.getEnvironment());
    for (String property : PORTS) {
      int port = binder.bind(property, Integer.class).orElse(0);
      if (port < DISABLED || port > MAX_PORT) {
        throw new CannotStartException(
            "The property %s has the value %d, but a port is a number from 0 to %d."
                .formatted(property, port, MAX_PORT));
      }
    }
    RENAMED.forEach(
        (former, name) -> {
          if (!binder.bind(former, Bindable.listOf(String.class)).orElse(List.of()).isEmpty()) {
            throw new CannotStartException(
                "The property %s is now named %s.".formatted(former, name));
          }
        });
  }
}
