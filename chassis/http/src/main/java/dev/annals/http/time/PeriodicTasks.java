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
 * Runs the periodic tasks of this process until the program stops. Spring's {@code TaskScheduler}
 * would wait for a running task, and replace Spring Boot's own {@code Executor}.
 */
public final class PeriodicTasks implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(PeriodicTasks.class);

  /** A thread for each task: one that waits for a store must not delay the others. */
  private static final int THREADS = 8;

  private final ScheduledExecutorService threads =
      new ScheduledThreadPoolExecutor(
          THREADS, new NamedThreadFactory("periodic"), new ThreadPoolExecutor.DiscardPolicy());

  /** Runs a task after each pause, also after failures. */
  public void runEvery(Duration pause, Runnable task) {
    ScheduledFuture<?> unused =
        threads.scheduleWithFixedDelay(
            () -> tryRun(task), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  public void runAfter(Duration delay, Runnable task) {
    ScheduledFuture<?> unused =
        threads.schedule(() -> tryRun(task), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void tryRun(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException failure) {
      log.warn("A periodic task failed", failure);
    }
  }

  @Override
  public void destroy() {
    threads.shutdownNow();
  }
}
