package dev.annals.command.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives each key a number of permits; threads wait for them in the order of their arrival. Keys
 * that no thread uses take no room.
 */
final class KeyedSemaphores {

  private final int width;
  private final ConcurrentMap<String, Lane> lanes = new ConcurrentHashMap<>();

  /**
   * @param width the number of permits of each key
   */
  KeyedSemaphores(int width) {
    this.width = width;
  }

  private static final class Lane {

    private final Semaphore free;
    private int users;

    private Lane(int width) {
      this.free = new Semaphore(width, true);
    }
  }

  /** A permit, which is given back once. */
  interface Permit extends AutoCloseable {

    @Override
    void close();
  }

  /**
   * Waits for a permit of a key.
   *
   * @param deadline the {@link System#nanoTime} until which it waits
   */
  Permit enter(String key, long deadline) throws InterruptedException, TimeoutException {
    Lane lane =
        lanes.compute(
            key,
            (same, found) -> {
              Lane entered = found == null ? new Lane(width) : found;
              entered.users++;
              return entered;
            });
    try {
      Permit permit = acquire(lane.free, deadline);
      return () -> {
        permit.close();
        leave(key);
      };
    } catch (InterruptedException | TimeoutException e) {
      leave(key);
      throw e;
    }
  }

  private void leave(String key) {
    lanes.computeIfPresent(key, (same, left) -> --left.users == 0 ? null : left);
  }

  /** Waits for a permit that belongs to no key. */
  static Permit acquire(Semaphore free, long deadline)
      throws InterruptedException, TimeoutException {
    if (!free.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException();
    }
    return free::release;
  }
}
