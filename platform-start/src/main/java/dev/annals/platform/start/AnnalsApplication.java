package dev.annals.platform.start;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;

/** Starts a program of Annals: the gateway, one side, or both sides in one. */
public final class AnnalsApplication {

  private AnnalsApplication() {}

  /**
   * Starts the application, tells where it is on standard output, and returns. When it cannot
   * start, prints one sentence on standard error, stops what was started and ends the process with
   * exit code 1: this method does not return then, whatever threads an embedded server has left
   * behind.
   *
   * @param listeners see the events from {@code ApplicationEnvironmentPreparedEvent} on; those
   *     without an order run after the configuration is read and checked
   */
  public static void run(Class<?> source, String[] args, ApplicationListener<?>... listeners) {
    SpringApplication application = new SpringApplication(source);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.addListeners(new PortCheck(), new ProductionRules(), new TracingActivation());
    application.addListeners(listeners);
    // Last: whoever waits for its line may count on everything else being there.
    application.addListeners(new ReadyReport());
    try {
      application.run(args);
    } catch (RuntimeException reported) {
      // FailureReporter has said why.
      System.exit(1);
    }
  }
}
