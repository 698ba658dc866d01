package dev.annals.eventstore.processor;

import io.micrometer.core.instrument.util.NamedThreadFactory;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread on which a processor claims its segments and reads events, and those of the command
 * side handle them, too. It bounds each delay to five seconds, so that a processor continues soon
 * after a store is back. Axon doubles the delay after each failure, up to a minute.
 */
public final class CoordinatorThread extends ScheduledThreadPoolExecutor {

  private static final long MAX_DELAY = TimeUnit.SECONDS.toNanos(5);

  public CoordinatorThread(String processor) {
    super(1, new NamedThreadFactory(processor + "-coordinator"));
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
    return super.schedule(work, Math.min(unit.toNanos(delay), MAX_DELAY), TimeUnit.NANOSECONDS);
  }
}
