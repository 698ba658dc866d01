package dev.annals.base.start;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.core.env.ConfigurableEnvironment;

/** Creates the event on which a start checks its properties. */
final class PreparedEnvironment {

  private PreparedEnvironment() {}

  static ApplicationEnvironmentPreparedEvent event(ConfigurableEnvironment environment) {
    return new ApplicationEnvironmentPreparedEvent(
        new DefaultBootstrapContext(), new SpringApplication(), new String[0], environment);
  }
}
