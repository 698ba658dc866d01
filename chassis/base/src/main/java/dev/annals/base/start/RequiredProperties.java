package dev.annals.base.start;

import java.util.List;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.util.StringUtils;

/** Rejects a configuration without required properties, before any component uses them. */
public final class RequiredProperties
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
  private final List<String> names;

  public RequiredProperties(String... names) {
    this.names = List.of(names);
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    List<String> missing =
        names.stream()
            .filter(name -> !StringUtils.hasText(event.getEnvironment().getProperty(name)))
            .toList();
    if (!missing.isEmpty()) {
      throw new CannotStartException(
          "The configuration is not complete, not set: %s.".formatted(String.join(", ", missing)));
    }
  }
}
