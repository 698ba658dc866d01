package dev.annals.http.time;

import io.micrometer.core.instrument.util.NamedThreadFactory;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.DisposableBean;

/**
 * Runs the periodic work of this process until the program stops. Spring's {@code TaskScheduler}
 * would wait for running work, and replace Spring Boot's own {@code Executor}.
 */
public final class PeriodicTasks implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(PeriodicTasks.class);

  private final ScheduledExecutorService timer =
      new ScheduledThreadPoolExecutor(
          1, new NamedThreadFactory("periodic-timer"), new ThreadPoolExecutor.DiscardPolicy());

  /** A thread for each piece of running work: one that waits for a store must not delay others. */
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          30,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          new NamedThreadFactory("periodic"),
          new ThreadPoolExecutor.DiscardPolicy());

  /**
   * Runs work after each pause, also after failures.
   *
   * @return stops it; interrupts a run, and does not wait for its end
   */
  public Runnable runEvery(Duration pause, Runnable work) {
    return runEvery(pause, pause, work);
  }

  /** Runs work like {@link #runEvery(Duration, Runnable)}, for the first time after a delay. */
  public Runnable runEvery(Duration delay, Duration pause, Runnable work) {
    Repeated repeated = new Repeated(work, pause, () -> true);
    repeated.runAfter(delay);
    return repeated::stop;
  }

  /** Runs work once, after a delay, or at once if that is negative. */
  public void runAfter(Duration delay, Runnable work) {
    Future<?> unused =
        timer.schedule(() -> threads.execute(work), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs work soon, and again after each pause until it succeeds. */
  public void retry(Duration pause, Runnable work) {
    new Repeated(work, pause, () -> false).runAfter(Duration.ZERO);
  }

  /**
   * Returns an action that starts work, which then runs after each pause while it is needed. Does
   * nothing while the work is started.
   */
  public Runnable runWhile(BooleanSupplier needed, Duration pause, Runnable work) {
    AtomicBoolean started = new AtomicBoolean();
    BooleanSupplier again =
        () -> {
          if (needed.getAsBoolean()) {
            return true;
          }
          started.set(false);
          // It may be needed since, by a caller who saw it started.
          return needed.getAsBoolean() && started.compareAndSet(false, true);
        };
    return () -> {
      if (started.compareAndSet(false, true)) {
        new Repeated(work, pause, again).runAfter(pause);
      }
    };
  }

  private final class Repeated {

    private final Runnable work;
    private final Duration pause;
    private final BooleanSupplier againAfterSuccess;
    // Of the last run. Runs follow each other.
    private boolean failed;
    private boolean stopped;
    private Future<?> next;

    private Repeated(Runnable work, Duration pause, BooleanSupplier againAfterSuccess) {
      this.work = work;
      this.pause = pause;
      this.againAfterSuccess = againAfterSuccess;
    }

    private synchronized void runAfter(Duration delay) {
      if (!stopped) {
        next = timer.schedule(this::start, delay.toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    private synchronized void start() {
      if (!stopped) {
        next = threads.submit(this::run);
      }
    }

    private synchronized void stop() {
      stopped = true;
      next.cancel(true);
    }

    private void run() {
      try {
        work.run();
        failed = false;
      } catch (RuntimeException failure) {
        log.atLevel(isExpected() ? Level.DEBUG : Level.WARN)
            .setCause(failure)
            .log("Periodic work failed");
        failed = true;
      }
      if (failed || againAfterSuccess.getAsBoolean()) {
        runAfter(pause);
      }
    }

    /** Returns true while a store is unavailable, when each run fails. */
    private synchronized boolean isExpected() {
      return failed || stopped;
    }
  }

  @Override
  public void destroy() {
    timer.shutdownNow();
    threads.shutdownNow();
  }
}
