package dev.annals.platform.web;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the number of concurrent operations of each key, such as a user. Thread-safe; any thread
 * may close a permit. Keys without permits take no memory.
 *
 * @param <K> the type of the keys
 */
public final class Permits<K> {

  private final int max;
  private final LoadingCache<K, Semaphore> semaphores;

  public Permits(int max) {
    this.max = max;
    // Each permit refers to its semaphore.
    semaphores = Caffeine.newBuilder().weakValues().build(key -> new Semaphore(max));
  }

  /**
   * Takes a permit without waiting.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if all permits of the key are taken
   */
  public Permit take(K key) {
    Semaphore semaphore = semaphores.get(key);
    if (!semaphore.tryAcquire()) {
      throw new Refusal(
          Problem.TOO_MANY_REQUESTS,
          "At most " + max + " of these are served at a time. Wait for one to end.");
    }
    return Permit.of(semaphore::release);
  }

  /** A permit, which {@link #close} gives back; further calls do nothing. */
  @FunctionalInterface
  public interface Permit extends AutoCloseable {

    /** Returns a permit that runs the action when it is closed first. */
    static Permit of(Runnable release) {
      AtomicBoolean open = new AtomicBoolean(true);
      return () -> {
        if (open.getAndSet(false)) {
          release.run();
        }
      };
    }

    @Override
    void close();
  }
}
