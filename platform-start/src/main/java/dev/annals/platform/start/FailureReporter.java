package dev.annals.platform.start;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/**
 * Says in one sentence on standard error why a start failed, in the place of Boot's report. The
 * stack trace is there for whoever sets the log level of this package to debug.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class FailureReporter implements SpringBootExceptionReporter {
  private static final Logger log = LoggerFactory.getLogger(FailureReporter.class);

  private final Environment environment;

  /**
   * @param context null when the start failed before there was one
   */
  FailureReporter(ConfigurableApplicationContext context) {
    this.environment = context == null ? new StandardEnvironment() : context.getEnvironment();
  }

  @Override
  public boolean reportException(Throwable failure) {
    log.debug("The start failed", failure);
    if (!stopping()) {
      System.err.println(FailureSentence.of(failure, environment));
    }
    return true;
  }

  /** Whoever stopped the program during its start knows why it failed. */
  private static boolean stopping() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException shutdownInProgress) {
      return true;
    }
  }
}
