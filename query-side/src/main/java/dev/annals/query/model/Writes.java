package dev.annals.query.model;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Lets readers wait for what a model does not show yet, whichever process writes it there: the
 * writes of this one wake them, for those of others they look again every 10 ms. Safe for any
 * number of threads.
 */
public final class Writes {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

  private final Lock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private long count;

  /** Wakes those who wait. To be called when readers can see what was written. */
  public void happened() {
    lock.lock();
    try {
      count++;
      written.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns when the condition holds.
   *
   * @param seen asks the database, and is asked again and again
   * @throws Refusal {@code read-model-behind} after 5 seconds
   */
  public void awaitUntil(BooleanSupplier seen) {
    long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    for (long before = count(); !seen.getAsBoolean(); before = count()) {
      if (System.nanoTime() > deadline) {
        throw new Refusal(
            Problem.READ_MODEL_BEHIND, "The change is stored and will be seen here soon.");
      }
      awaitMoreThan(before);
    }
  }

  /** Refuses to show what events say that are not in the event store any more. */
  public static Refusal setRight() {
    return new Refusal(
        Problem.READ_MODEL_BEHIND,
        "The events were restored to an earlier state, and what is shown here is set right.");
  }

  private long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  private void awaitMoreThan(long before) {
    lock.lock();
    try {
      long left = LOOK_AGAIN.toNanos();
      while (count <= before && left > 0) {
        left = written.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a read model", e);
    } finally {
      lock.unlock();
    }
  }
}
