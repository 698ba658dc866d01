package dev.annals.projection.replay;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;

/** A processor and its threads. */
record RunningProcessor(
    PooledStreamingEventProcessor processor, List<ScheduledExecutorService> threads) {

  /** Stops both. Returns true. */
  boolean stop() {
    processor.shutDown();
    threads.forEach(ScheduledExecutorService::shutdown);
    return true;
  }
}
