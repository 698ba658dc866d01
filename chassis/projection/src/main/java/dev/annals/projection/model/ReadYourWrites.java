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
 * no thread, and share one query at a time: after a write of this process, else every 10 ms.
 * Thread-safe.
 *
 * @param <W> a change to wait for, with {@code equals} and {@code hashCode}
 */
public final class ReadYourWrites<W> {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

  /** The most changes that one request can wait for. */
  private static final int MAX_QUERY_SIZE = 5_000;

  private static final Executor POLLERS =
      Executors.newCachedThreadPool(new NamedThreadFactory("waiting"));

  private final UnaryOperator<Set<W>> lacking;
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
    this.lacking = lacking;
  }

  /** Queries again soon. Call it once readers can see a write. */
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
    while (!waiting.isEmpty()) {
      written.drainPermits();
      check(List.copyOf(waiting));
      pause();
    }
    polling.set(false);
    // A reader may have begun to wait meanwhile.
    startPolling();
  }

  private void check(List<Waiter<W>> all) {
    try {
      Set<W> lacks =
          lackingOf(all.stream().flatMap(waiter -> waiter.lacks.stream()).distinct().toList());
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

  private Set<W> lackingOf(List<W> wanted) {
    Set<W> lacks = new HashSet<>();
    for (int from = 0; from < wanted.size(); from += MAX_QUERY_SIZE) {
      List<W> some = wanted.subList(from, Math.min(wanted.size(), from + MAX_QUERY_SIZE));
      lacks.addAll(lacking.apply(new HashSet<>(some)));
    }
    return lacks;
  }

  private void pause() {
    try {
      boolean unused = written.tryAcquire(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException never) {
      return;
    }
  }
}
