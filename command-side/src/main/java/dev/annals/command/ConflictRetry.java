package dev.annals.command;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.gateway.RetryScheduler;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;

/**
 * Sends a command again, at most three times, when another instance wrote the same aggregate in
 * between: on the newer version it may be refused, or succeed. Nothing else is repeated. It does so
 * on the thread that waits for the command anyway.
 */
final class ConflictRetry implements RetryScheduler {

  private static final int RETRIES = 3;
  private static final int MIN_PAUSE_MILLIS = 5;
  private static final int MAX_PAUSE_MILLIS = 50;

  @Override
  public boolean scheduleRetry(
      @SuppressWarnings("rawtypes") CommandMessage command,
      RuntimeException lastFailure,
      List<Class<? extends Throwable>[]> failures,
      Runnable again) {
    // A command that is part of a transaction has failed with all of it.
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
    again.run();
    return true;
  }
}
