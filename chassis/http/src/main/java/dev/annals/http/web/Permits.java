package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Bounds the number of concurrent operations of each key, such as a user. Thread-safe; any thread
 * may close a permit. Keys without permits take no memory.
 *
 * @param <K> the type of the keys
 */
public final class Permits<K> {

  private final int max;
  private final Function<String, Refusal> refusal;
  private final ConcurrentMap<K, Integer> taken = new ConcurrentHashMap<>();

  public Permits(int max) {
    this(max, detail -> new Refusal(Problem.TOO_MANY_REQUESTS, detail));
  }

  /**
   * Creates permits.
   *
   * @param refusal returns the refusal with a detail
   */
  public Permits(int max, Function<String, Refusal> refusal) {
    this.max = max;
    this.refusal = refusal;
  }

  /**
   * Takes a permit without waiting.
   *
   * @throws Refusal if all permits of the key are taken; {@link Problem#TOO_MANY_REQUESTS} by
   *     default
   */
  public Permit take(K key) {
    taken.compute(
        key,
        (same, count) -> {
          int others = count == null ? 0 : count;
          if (others == max) {
            throw refusal.apply(
                "At most " + max + " of these are served at a time. Wait for one to end.");
          }
          return others + 1;
        });
    return Permit.of(
        () -> taken.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1));
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
