package dev.annals.servers;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Asserts that twice the input costs twice as much. The cost is time of a processor, which others
 * that run at the same time do not add to.
 *
 * @param spent how much was spent so far
 * @param negligible a cost that shows nothing
 */
public record LinearGrowth(Supplier<Duration> spent, Duration negligible) {

  private static final int RUNS = 3;
  private static final int MOST = 3;

  /** Measures the current thread. */
  public static LinearGrowth ofCurrentThread() {
    return new LinearGrowth(
        () -> Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()),
        Duration.ofMillis(30));
  }

  /**
   * Asserts that twice the size costs at most three times as much, or next to nothing, by the
   * cheapest of up to three runs of each.
   *
   * @param work prepares what is measured
   */
  public void assertLinear(int size, IntFunction<Runnable> work) {
    work.apply(size).run();
    Duration once = cost(work.apply(size));
    Duration twice = cost(work.apply(2 * size));
    for (int run = 1; run < RUNS && !isFine(once, twice); run++) {
      once = min(once, cost(work.apply(size)));
      twice = min(twice, cost(work.apply(2 * size)));
    }
    if (!isFine(once, twice)) {
      throw new AssertionError("Size %d costs %s, and twice of it %s".formatted(size, once, twice));
    }
  }

  private boolean isFine(Duration once, Duration twice) {
    return twice.compareTo(negligible) < 0 || twice.compareTo(once.multipliedBy(MOST)) < 0;
  }

  private Duration cost(Runnable work) {
    Duration before = spent.get();
    work.run();
    return spent.get().minus(before);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
