package dev.annals.projection.model;

import io.micrometer.core.instrument.util.NamedThreadFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/**
 * Lets readers wait until a model shows a change, whichever process writes it. Waiting readers hold
 * no thread, and share one query every 10 ms. A write of this process completes its readers at
 * once. Thread-safe.
 *
 * @param <W> a change to wait for, with {@code equals} and {@code hashCode}
 */
public final class ReadYourWrites<W> {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);
  private static final Duration THOROUGH_INTERVAL = Duration.ofMillis(250);

  /** The most changes that one request can wait for. */
  private static final int MAX_QUERY_SIZE = 5_000;

  private static final Executor POLLERS =
      Executors.newCachedThreadPool(new NamedThreadFactory("waiting"));

  private final UnaryOperator<Set<W>> lacking;
  private final UnaryOperator<Set<W>> afterWrite;
  private final UnaryOperator<Set<W>> thorough;
  private final Set<Waiter<W>> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean polling = new AtomicBoolean();
  private final Semaphore written = new Semaphore(0);

  /** A waiting reader. Compared by identity: two may wait for the same change. */
  private static final class Waiter<W> {

    private final CompletableFuture<Void> shown = new CompletableFuture<>();
    private final Set<W> lacks;

    private Waiter(Set<W> lacks) {
      this.lacks = new HashSet<>(lacks);
    }
  }

  /**
   * Creates one for a model.
   *
   * @param lacking queries the database, and returns the changes that it does not show yet
   */
  public ReadYourWrites(UnaryOperator<Set<W>> lacking) {
    this(lacking, lacking, lacking);
  }

  /**
   * Creates one for a model whose writes this process remembers.
   *
   * @param lacking as above
   * @param afterWrite as {@code lacking}, after a write of this process: may return more, and need
   *     not query
   * @param thorough as {@code lacking}, at a greater cost: {@code lacking} may return more. Called
   *     every 250 ms while readers wait
   */
  public ReadYourWrites(
      UnaryOperator<Set<W>> lacking,
      UnaryOperator<Set<W>> afterWrite,
      UnaryOperator<Set<W>> thorough) {
    this.lacking = lacking;
    this.afterWrite = afterWrite;
    this.thorough = thorough;
  }

  /** Checks the waiting readers soon. Call it once readers can see a write. */
  public void signalWrite() {
    if (written.availablePermits() == 0) {
      written.release();
    }
  }

  /**
   * Completes when the model shows all these changes, or at once if it does so already. There is no
   * time limit: a caller that stops waiting completes the future.
   */
  public CompletableFuture<Void> shown(Set<W> wanted) {
    Set<W> lacks = wanted.isEmpty() ? Set.of() : lacking.apply(wanted);
    Waiter<W> waiter = new Waiter<>(lacks);
    if (lacks.isEmpty()) {
      waiter.shown.complete(null);
      return waiter.shown;
    }
    waiting.add(waiter);
    CompletableFuture<Void> unused =
        waiter.shown.whenComplete((nothing, failure) -> waiting.remove(waiter));
    startPolling();
    return waiter.shown;
  }

  private void startPolling() {
    if (!waiting.isEmpty() && polling.compareAndSet(false, true)) {
      POLLERS.execute(this::poll);
    }
  }

  private void poll() {
    long nextQuery = System.nanoTime() + POLL_INTERVAL.toNanos();
    long nextThorough = System.nanoTime() + THOROUGH_INTERVAL.toNanos();
    while (!waiting.isEmpty()) {
      if (isWrittenBefore(nextQuery)) {
        check(List.copyOf(waiting), afterWrite);
      } else if (System.nanoTime() - nextThorough < 0) {
        check(List.copyOf(waiting), lacking);
        nextQuery = System.nanoTime() + POLL_INTERVAL.toNanos();
      } else {
        check(List.copyOf(waiting), thorough);
        nextQuery = System.nanoTime() + POLL_INTERVAL.toNanos();
        nextThorough = System.nanoTime() + THOROUGH_INTERVAL.toNanos();
      }
    }
    polling.set(false);
    // A reader may have begun to wait meanwhile.
    startPolling();
  }

  private void check(List<Waiter<W>> all, UnaryOperator<Set<W>> query) {
    try {
      Set<W> lacks =
          lackingOf(
              all.stream().flatMap(waiter -> waiter.lacks.stream()).distinct().toList(), query);
      for (Waiter<W> waiter : all) {
        waiter.lacks.retainAll(lacks);
        if (waiter.lacks.isEmpty()) {
          waiter.shown.complete(null);
        }
      }
    } catch (RuntimeException | Error failure) {
      all.forEach(waiter -> waiter.shown.completeExceptionally(failure));
    }
  }

  private Set<W> lackingOf(List<W> wanted, UnaryOperator<Set<W>> query) {
    Set<W> lacks = new HashSet<>();
    for (int from = 0; from < wanted.size(); from += MAX_QUERY_SIZE) {
      List<W> some = wanted.subList(from, Math.min(wanted.size(), from + MAX_QUERY_SIZE));
      lacks.addAll(query.apply(new HashSet<>(some)));
    }
    return lacks;
  }

  private boolean isWrittenBefore(long time) {
    try {
      long left = time - System.nanoTime();
      return left > 0 && written.tryAcquire(left, TimeUnit.NANOSECONDS);
    } catch (InterruptedException never) {
      return false;
    }
  }
}
