package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.Permits.Permit;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the bytes of the heap that are in use at a time, by all together. Safe for use by many
 * threads; what was taken may be given back by another thread.
 */
public final class MemoryBudget {

  private static final int UNIT = 1024;

  private final int units;
  private final Duration patience;
  private final Semaphore free;

  /**
   * Makes one that is free.
   *
   * @param patience how long a thread waits for others to give back
   */
  public MemoryBudget(long bytes, Duration patience) {
    this.units = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
    this.patience = patience;
    this.free = new Semaphore(units, true);
  }

  /**
   * Takes some of it; all of it where that is less.
   *
   * @throws Refusal {@link Problem#UNAVAILABLE} when others do not give back in time
   */
  public Permit take(long bytes) {
    int wanted = (int) Math.min(units, (bytes + UNIT - 1) / UNIT);
    try {
      if (!free.tryAcquire(wanted, patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Refusal(Problem.UNAVAILABLE, "Too many large requests are served at this time.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for others", e);
    }
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.getAndSet(false)) {
        free.release(wanted);
      }
    };
  }

  /** How many bytes are free. */
  public long free() {
    return (long) free.availablePermits() * UNIT;
  }
}
