package dev.annals.query.model;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;

/** A processor that can be stopped with its threads. */
record RunningProcessor(
    PooledStreamingEventProcessor processor, List<ScheduledExecutorService> threads) {

  /** Returns true when it has come to an end. */
  boolean stop() {
    processor.shutDown();
    threads.forEach(ScheduledExecutorService::shutdown);
    return true;
  }
}
