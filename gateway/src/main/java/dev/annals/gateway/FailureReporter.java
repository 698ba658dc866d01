package dev.annals.gateway;

import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says in one sentence on standard error why the start failed, in the place of Boot's report. The
 * stack trace is there for whoever sets the log level of this class to debug.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class FailureReporter implements SpringBootExceptionReporter {
  private static final Logger log = LoggerFactory.getLogger(FailureReporter.class);

  @Override
  public boolean reportException(Throwable failure) {
    log.debug("The start failed", failure);
    System.err.println(sentence(failure).replaceAll("\\s+", " "));
    return true;
  }

  private static String sentence(Throwable failure) {
    return causes(failure)
        .flatMap(
            cause ->
                cause instanceof CannotStartException
                    ? Stream.of(cause.getMessage())
                    : cause instanceof PortInUseException taken
                        ? Stream.of("The port %d is already in use.".formatted(taken.getPort()))
                        : Stream.empty())
        .findFirst()
        .orElseGet(
            () ->
                "The gateway cannot start: "
                    + causes(failure).reduce((outer, inner) -> inner).orElse(failure));
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
  }
}
