package dev.annals.push;

import io.micrometer.core.instrument.util.NamedThreadFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/** The threads that read inboxes. No {@code Executor} bean: it would replace Spring Boot's own. */
final class PushThreads implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(PushThreads.class);

  // They wait for MongoDB, never for a client.
  private static final int WORKERS = 8;

  private final ExecutorService workers;

  PushThreads() {
    this(expiring());
  }

  private static ExecutorService expiring() {
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new NamedThreadFactory("push"));
    workers.allowCoreThreadTimeOut(true);
    return workers;
  }

  /** Uses the caller's workers, and shuts them down. */
  PushThreads(ExecutorService workers) {
    this.workers = workers;
  }

  /** Runs work soon, or never if the program stops. */
  void run(Runnable work) {
    try {
      workers.execute(() -> runAndLog(work));
    } catch (RejectedExecutionException ending) {
      log.debug("Work is dropped, since the program stops", ending);
    }
  }

  /**
   * Returns an executor that runs work in order, one piece at a time, whenever a worker is free.
   */
  Executor serialExecutor() {
    return new Executor() {
      private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

      @Override
      public synchronized void execute(Runnable work) {
        last = last.handleAsync((before, failure) -> runAndLog(work), workers);
      }
    };
  }

  private static Void runAndLog(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException failure) {
      log.warn("Work of the push failed", failure);
    }
    return null;
  }

  @Override
  public void destroy() {
    workers.shutdownNow();
  }
}
