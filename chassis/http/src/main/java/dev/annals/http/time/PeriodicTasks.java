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
import org.springframework.beans.factory.DisposableBean;

/**
 * Runs the periodic work of this process until the program stops. Spring's {@code TaskScheduler}
 * would wait for running work, and replace Spring Boot's own {@code Executor}.
 */
public final class PeriodicTasks implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(PeriodicTasks.class);

  /** A thread for each piece of work: one that waits for a store must not delay the others. */
  private static final int THREADS = 8;

  private final ScheduledExecutorService threads =
      new ScheduledThreadPoolExecutor(
          THREADS, new NamedThreadFactory("periodic"), new ThreadPoolExecutor.DiscardPolicy());

  /** Runs work after each pause, also after failures. */
  public void runEvery(Duration pause, Runnable work) {
    ScheduledFuture<?> unused =
        threads.scheduleWithFixedDelay(
            () -> tryRun(work), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  public void runAfter(Duration delay, Runnable work) {
    ScheduledFuture<?> unused =
        threads.schedule(() -> tryRun(work), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void tryRun(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException failure) {
      log.warn("Periodic work failed", failure);
    }
  }

  @Override
  public void destroy() {
    threads.shutdownNow();
  }
}
