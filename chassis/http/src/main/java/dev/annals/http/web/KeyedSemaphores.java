package dev.annals.http.web;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.annals.http.web.Permits.Permit;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A fair semaphore for each key. Keys that no thread uses take no memory.
 *
 * @param <K> the keys, with {@code equals} and {@code hashCode}
 */
public final class KeyedSemaphores<K> {

  private final LoadingCache<K, Semaphore> semaphores;

  public KeyedSemaphores(int permits) {
    // A thread that waits for a permit, and each permit, refers to its semaphore.
    semaphores = Caffeine.newBuilder().weakValues().build(key -> new Semaphore(permits, true));
  }

  /**
   * Acquires permits of a key, in the order of the calls.
   *
   * @param deadline the {@link System#nanoTime} until which the thread waits
   */
  public Permit acquire(K key, int wanted, long deadline) throws TimeoutException {
    return acquire(semaphores.get(key), wanted, deadline);
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
