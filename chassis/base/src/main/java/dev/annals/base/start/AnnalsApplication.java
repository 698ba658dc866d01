package dev.annals.base.start;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts a program of Annals: the gateway, one side, or both sides in one. */
public final class AnnalsApplication {

  private AnnalsApplication() {}

  /**
   * Starts the application, prints its URL on standard output, and returns. If the start fails, it
   * prints one sentence on standard error, stops the application and exits with code 1, even if an
   * embedded server has left threads behind.
   *
   * @param listeners receive the events from {@code ApplicationEnvironmentPreparedEvent} on;
   *     listeners without an order run after the configuration is read and checked
   */
  public static void run(Class<?> source, String[] args, ApplicationListener<?>... listeners) {
    SpringApplication application = application(source);
    application.addListeners(listeners);
    // Last, so that its line follows the output of all other listeners.
    application.addListeners(new ReadyReport());
    start(application, args);
  }

  /** Starts an application without a web server. A failure ends the process as in {@link #run}. */
  public static ConfigurableApplicationContext startWithoutServer(
      String[] args, Class<?>... sources) {
    SpringApplication application = application(sources);
    application.setWebApplicationType(WebApplicationType.NONE);
    return start(application, args);
  }

  private static SpringApplication application(Class<?>... sources) {
    SpringApplication application = new SpringApplication(sources);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.addListeners(new PropertyCheck(), new ProductionRules());
    return application;
  }

  private static ConfigurableApplicationContext start(
      SpringApplication application, String[] args) {
    try {
      return application.run(args);
    } catch (RuntimeException reported) {
      // FailureReporter has printed the reason.
      System.exit(1);
      throw reported;
    }
  }
}
