package dev.annals.base.start;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;

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
    SpringApplication application = new SpringApplication(source);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.addListeners(new PropertyCheck(), new ProductionRules());
    application.addListeners(listeners);
    // Last, so that its line follows the output of all other listeners.
    application.addListeners(new ReadyReport());
    try {
      application.run(args);
    } catch (RuntimeException reported) {
      // FailureReporter has printed the reason.
      System.exit(1);
    }
  }
}
