package dev.annals.command.limit;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs work of one key at most so many times at once; the rest waits in the order of its arrival.
 * Keys without work take no room.
 */
final class Lanes {

  private final int width;
  private final ConcurrentMap<String, Lane> lanes = new ConcurrentHashMap<>();

  /**
   * @param width how much work of one key runs at a time
   */
  Lanes(int width) {
    this.width = width;
  }

  private static final class Lane {

    private final Semaphore free;
    private int users;

    private Lane(int width) {
      this.free = new Semaphore(width, true);
    }
  }

  /**
   * Runs work when it is its turn.
   *
   * @param deadline the {@link System#nanoTime} until which it waits
   * @throws Refusal {@link Problem#UNAVAILABLE} if its turn does not come in time
   */
  <T> T run(String key, long deadline, Supplier<T> work) {
    Lane lane =
        lanes.compute(
            key,
            (same, found) -> {
              Lane entered = found == null ? new Lane(width) : found;
              entered.users++;
              return entered;
            });
    try {
      if (!lane.free.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw busy();
      }
      try {
        return work.get();
      } finally {
        lane.free.release();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a turn", stopping);
    } finally {
      lanes.computeIfPresent(key, (same, left) -> --left.users == 0 ? null : left);
    }
  }

  /** Says that others keep the processors busy. */
  static Refusal busy() {
    return new Refusal(Problem.UNAVAILABLE, "Too many passwords are looked at. Try again soon.");
  }
}
