package dev.annals.command.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Fair semaphores by key. Unused keys take no memory. */
final class KeyedSemaphores {

  private final int permits;
  private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

  /**
   * @param permits the number of permits of each key
   */
  KeyedSemaphores(int permits) {
    this.permits = permits;
  }

  private static final class Entry {

    private final Semaphore free;
    private int users;

    private Entry(int permits) {
      this.free = new Semaphore(permits, true);
    }
  }

  /** A permit, to close once. */
  interface Permit extends AutoCloseable {

    @Override
    void close();
  }

  /**
   * Waits for a permit of a key.
   *
   * @param deadline in terms of {@link System#nanoTime}
   * @throws TimeoutException after the deadline
   */
  Permit acquire(String key, long deadline) throws InterruptedException, TimeoutException {
    Entry entry =
        entries.compute(
            key,
            (same, found) -> {
              Entry entered = found == null ? new Entry(permits) : found;
              entered.users++;
              return entered;
            });
    try {
      Permit permit = acquire(entry.free, deadline);
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
    entries.computeIfPresent(key, (same, left) -> --left.users == 0 ? null : left);
  }

  /** Waits for a permit of a plain semaphore. */
  static Permit acquire(Semaphore free, long deadline)
      throws InterruptedException, TimeoutException {
    if (!free.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException();
    }
    return free::release;
  }
}
