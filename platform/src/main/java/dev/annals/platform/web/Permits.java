package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how many things are under way at a time for each key, such as a user. Safe for use by many
 * threads; a permit may be closed by another thread than the one that took it. Keys without permits
 * take no room.
 *
 * @param <K> what is bounded, with {@code equals} and {@code hashCode}
 */
public final class Permits<K> {

  private final int most;
  private final ConcurrentMap<K, Integer> taken = new ConcurrentHashMap<>();

  /** Allows so many permits for each key. */
  public Permits(int most) {
    this.most = most;
  }

  /**
   * Takes a permit without waiting.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if all permits of the key are taken
   */
  public Permit take(K key) {
    taken.compute(
        key,
        (same, count) -> {
          int others = count == null ? 0 : count;
          if (others == most) {
            throw new Refusal(
                Problem.TOO_MANY_REQUESTS,
                "At most " + most + " of these are served at a time. Wait for one to end.");
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
