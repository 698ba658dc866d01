package dev.annals.platform.processor;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The thread on which a processor claims its segments and reads events. It bounds each delay to
 * five seconds, so that a processor continues soon after a store is back. Axon doubles the delay
 * after each failure, up to a minute.
 */
public final class CoordinatorThread extends ScheduledThreadPoolExecutor {

  private static final long MAX_DELAY = TimeUnit.SECONDS.toNanos(5);

  /**
   * @param processor the processor's name
   */
  public CoordinatorThread(String processor) {
    super(1, threads(processor));
  }

  private static CustomizableThreadFactory threads(String processor) {
    CustomizableThreadFactory threads = new CustomizableThreadFactory(processor + "-coordinator-");
    threads.setDaemon(true);
    return threads;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return super.schedule(task, Math.min(unit.toNanos(delay), MAX_DELAY), TimeUnit.NANOSECONDS);
  }
}
