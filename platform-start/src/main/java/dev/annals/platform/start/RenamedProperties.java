package dev.annals.platform.start;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;

/** Rejects properties of earlier versions, which would be ignored silently. */
final class RenamedProperties implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

  private static final Map<String, String> RENAMED =
      Map.of(
          "annals.gateway.origins", "annals.cors.origins",
          "annals.push.origins", "annals.cors.origins");

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    Binder binder = Binder.get(event.getEnvironment());
    RENAMED.forEach(
        (former, name) -> {
          if (!binder.bind(former, Bindable.listOf(String.class)).orElse(List.of()).isEmpty()) {
            throw new CannotStartException(
                "The property %s is now named %s.".formatted(former, name));
          }
        });
  }
}
