package dev.annals.platform.processor;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The thread on which a processor claims its segments and reads events. Axon doubles the pause
 * after each failure up to a minute; here it is five seconds at most, so that a processor goes on
 * soon after a store is back, however long that was away.
 */
public final class CoordinatorThread extends ScheduledThreadPoolExecutor {

  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);

  /**
   * @param processor its name
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
    return super.schedule(task, Math.min(unit.toNanos(delay), LONGEST_PAUSE), TimeUnit.NANOSECONDS);
  }
}
