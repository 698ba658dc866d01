package dev.annals.http.time;

import io.micrometer.core.instrument.util.NamedThreadFactory;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

  /** A thread for each piece of work: one that waits for a store must not delay the others. */
  private static final int THREADS = 16;

  private final ScheduledExecutorService threads =
      new ScheduledThreadPoolExecutor(
          THREADS, new NamedThreadFactory("periodic"), new ThreadPoolExecutor.DiscardPolicy());

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
    Repeated repeated = new Repeated(work);
    ScheduledFuture<?> runs =
        threads.scheduleWithFixedDelay(
            repeated, delay.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    return () -> {
      repeated.stopped = true;
      runs.cancel(true);
    };
  }

  /** Runs work soon, and again after each pause until it succeeds. */
  public void retry(Duration pause, Runnable work) {
    retry(Duration.ZERO, pause, new Repeated(work));
  }

  private void retry(Duration delay, Duration pause, Repeated repeated) {
    ScheduledFuture<?> unused =
        threads.schedule(
            () -> {
              repeated.run();
              if (repeated.failed) {
                retry(pause, pause, repeated);
              }
            },
            delay.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static final class Repeated implements Runnable {

    private final Runnable work;
    private boolean failed;
    private volatile boolean stopped;

    private Repeated(Runnable work) {
      this.work = work;
    }

    @Override
    public void run() {
      try {
        work.run();
        failed = false;
      } catch (RuntimeException failure) {
        // While a store is unavailable, each run fails.
        log.atLevel(failed || stopped ? Level.DEBUG : Level.WARN)
            .setCause(failure)
            .log("Periodic work failed");
        failed = true;
      }
    }
  }

  @Override
  public void destroy() {
    threads.shutdownNow();
  }
}
