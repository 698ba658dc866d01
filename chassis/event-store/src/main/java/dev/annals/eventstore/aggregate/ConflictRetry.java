package dev.annals.eventstore.aggregate;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.gateway.RetryScheduler;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;

/**
 * Retries a command up to four times if another instance changed the same aggregate: earlier, so
 * that the cached aggregate is outdated, or at the same time. Other failures are not retried. The
 * thread that waits for the command does the retries.
 */
final class ConflictRetry implements RetryScheduler {

  private static final int RETRIES = 4;
  private static final int MIN_PAUSE_MILLIS = 5;
  private static final int MAX_PAUSE_MILLIS = 50;

  @Override
  public boolean scheduleRetry(
      @SuppressWarnings("rawtypes") CommandMessage command,
      RuntimeException lastFailure,
      List<Class<? extends Throwable>[]> failures,
      Runnable retry) {
    // Within a transaction the whole transaction has failed.
    if (!(lastFailure instanceof ConcurrencyException)
        || failures.size() > RETRIES
        || CurrentUnitOfWork.isStarted()) {
      return false;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(
          ThreadLocalRandom.current().nextInt(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    retry.run();
    return true;
  }
}
