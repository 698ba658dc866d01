package dev.annals.platform.start;

import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;

/** Starts a program of Annals: the command side, the query side, or both in one. */
public final class AnnalsApplication {
  /** What any configuration file or environment variable may override. */
  private static final Map<String, Object> DEFAULTS =
      Map.ofEntries(
          Map.entry("server.port", "8080"),
          Map.entry("management.server.port", "8081"),
          Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "5s"),
          // Axon would tell its makers about this program, and log a stack trace where it cannot.
          Map.entry("axon.update-check.disabled", "true"),
          Map.entry("logging.level.root", "warn"),
          // It warns of the documents that are meant to be there.
          Map.entry("logging.level.org.springdoc.core.events", "error"),
          Map.entry("logging.level.dev.annals", "info"),
          // The embedded one warns of each client that it stops with.
          Map.entry("logging.level.de.bwaldvogel.mongo.MongoServer", "error"),
          // These log a failed start, stack trace and all, before it is reported in one sentence.
          Map.entry("logging.level.org.springframework.boot.web.server", "off"),
          Map.entry("logging.level.org.springframework.boot.tomcat", "off"),
          Map.entry("logging.level.org.apache.catalina.core.StandardService", "off"),
          Map.entry("logging.level.org.apache.catalina.util.LifecycleBase", "off"),
          Map.entry("logging.level.com.zaxxer.hikari.pool.HikariPool", "off"));

  private AnnalsApplication() {}

  /**
   * Starts the application and returns once it is ready. When it cannot start, prints one sentence
   * on standard error, stops what was started and ends the process with exit code 1: this method
   * does not return then, whatever threads an embedded server has left behind.
   *
   * @param listeners see the events from {@code ApplicationEnvironmentPreparedEvent} on; those
   *     without an order run after the configuration is read and checked
   */
  public static void run(Class<?> source, String[] args, ApplicationListener<?>... listeners) {
    SpringApplication application = new SpringApplication(source);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setDefaultProperties(DEFAULTS);
    application.addListeners(new ConfiguredPorts());
    application.addListeners(listeners);
    try {
      application.run(args);
    } catch (RuntimeException reported) {
      // FailureReporter has said why.
      System.exit(1);
    }
  }
}
