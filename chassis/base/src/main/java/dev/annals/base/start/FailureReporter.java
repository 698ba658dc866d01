package dev.annals.base.start;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/**
 * Prints one sentence on standard error about why the start failed, instead of Boot's report. The
 * log level debug of this package shows the stack trace.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class FailureReporter implements SpringBootExceptionReporter {
  private static final Logger log = LoggerFactory.getLogger(FailureReporter.class);

  private final Environment environment;

  /**
   * @param context null if the start failed before it existed
   */
  FailureReporter(ConfigurableApplicationContext context) {
    this.environment = context == null ? new StandardEnvironment() : context.getEnvironment();
  }

  @Override
  public boolean reportException(Throwable failure) {
    log.debug("The start failed", failure);
    if (!isShuttingDown()) {
      System.err.println(FailureSentence.of(failure, environment));
    }
    return true;
  }

  /** Returns whether the JVM is shutting down. A start interrupted on purpose needs no report. */
  private static boolean isShuttingDown() {
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
