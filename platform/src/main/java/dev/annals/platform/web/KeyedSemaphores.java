package dev.annals.platform.web;

import dev.annals.platform.web.Permits.Permit;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A fair semaphore for each key. Keys that no thread uses take no memory.
 *
 * @param <K> the keys, with {@code equals} and {@code hashCode}
 */
public final class KeyedSemaphores<K> {

  private final int permits;
  private final ConcurrentMap<K, Entry> entries = new ConcurrentHashMap<>();

  /**
   * Creates semaphores.
   *
   * @param permits the permits of each key
   */
  public KeyedSemaphores(int permits) {
    this.permits = permits;
  }

  private static final class Entry {

    private final Semaphore semaphore;
    private int users;

    private Entry(int permits) {
      this.semaphore = new Semaphore(permits, true);
    }
  }

  /**
   * Acquires permits of a key, in the order of the calls.
   *
   * @param deadline the {@link System#nanoTime} until which the thread waits
   */
  public Permit acquire(K key, int wanted, long deadline) throws TimeoutException {
    Entry entry =
        entries.compute(
            key,
            (same, found) -> {
              Entry entered = found == null ? new Entry(permits) : found;
              entered.users++;
              return entered;
            });
    try {
      Permit permit = acquire(entry.semaphore, wanted, deadline);
      return Permit.of(
          () -> {
            permit.close();
            leave(key);
          });
    } catch (TimeoutException | RuntimeException e) {
      leave(key);
      throw e;
    }
  }

  private void leave(K key) {
    entries.computeIfPresent(key, (same, left) -> --left.users == 0 ? null : left);
  }

  /**
   * Acquires permits of a semaphore until a deadline.
   *
   * @throws IllegalStateException if the thread is interrupted
   */
  public static Permit acquire(Semaphore semaphore, int wanted, long deadline)
      throws TimeoutException {
    try {
      if (!semaphore.tryAcquire(wanted, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException();
      }
      return Permit.of(() -> semaphore.release(wanted));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a permit", e);
    }
  }
}
