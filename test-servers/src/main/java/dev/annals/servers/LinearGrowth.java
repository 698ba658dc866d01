package dev.annals.servers;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Asserts that cost grows linearly with the input. The cost is CPU time, which concurrent processes
 * do not affect.
 *
 * @param cost the total cost so far
 * @param negligible the cost below which growth is not measured
 */
public record LinearGrowth(Supplier<Duration> cost, Duration negligible) {

  private static final int RUNS = 3;
  private static final int MAX_FACTOR = 3;

  /** Measures the CPU time of the current thread. */
  public static LinearGrowth ofCurrentThread() {
    return new LinearGrowth(
        () -> Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()),
        Duration.ofMillis(30));
  }

  /**
   * Asserts that twice the size costs less than three times as much, or a negligible amount, by the
   * cheapest of up to three runs of each.
   *
   * @param work creates the work to measure
   */
  public void assertLinear(int size, IntFunction<Runnable> work) {
    work.apply(size).run();
    Duration once = measure(work.apply(size));
    Duration twice = measure(work.apply(2 * size));
    for (int run = 1; run < RUNS && !isFine(once, twice); run++) {
      once = min(once, measure(work.apply(size)));
      twice = min(twice, measure(work.apply(2 * size)));
    }
    if (!isFine(once, twice)) {
      throw new AssertionError(
          "Size %d costs %s, twice the size costs %s".formatted(size, once, twice));
    }
  }

  private boolean isFine(Duration once, Duration twice) {
    return twice.compareTo(negligible) < 0 || twice.compareTo(once.multipliedBy(MAX_FACTOR)) < 0;
  }

  private Duration measure(Runnable work) {
    Duration before = cost.get();
    work.run();
    return cost.get().minus(before);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
