package dev.annals.command;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.gateway.AbstractRetryScheduler;
import org.axonframework.modelling.command.ConcurrencyException;

/**
 * Sends a command again, at most three times, when another instance wrote the same aggregate in
 * between: on the newer version it may be refused, or succeed. Nothing else is repeated.
 */
final class ConflictRetry extends AbstractRetryScheduler {

  private static final int RETRIES = 3;
  private static final int MIN_PAUSE_MILLIS = 5;
  private static final int MAX_PAUSE_MILLIS = 50;

  private ConflictRetry(Builder builder) {
    super(builder);
  }

  static ConflictRetry on(ScheduledExecutorService executor) {
    return new ConflictRetry(new Builder().retryExecutor(executor).maxRetryCount(RETRIES));
  }

  @Override
  protected boolean isExplicitlyNonTransient(Throwable failure) {
    return !(failure instanceof ConcurrencyException);
  }

  @Override
  protected long computeRetryInterval(
      @SuppressWarnings("rawtypes") CommandMessage command,
      RuntimeException lastFailure,
      List<Class<? extends Throwable>[]> failures) {
    return ThreadLocalRandom.current().nextInt(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS);
  }

  private static final class Builder extends AbstractRetryScheduler.Builder<Builder> {}
}
