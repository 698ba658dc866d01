package dev.annals.projection.write;

import java.util.List;
import org.axonframework.eventhandling.DomainEventMessage;

/**
 * The writes of a batch of events, gathered while its events are handled. As a resource of the
 * batch's unit of work they run, and are made durable, before the batch's token is stored.
 */
public interface BatchWrite {

  /**
   * An event that fails on every attempt. The others can go on without it.
   *
   * @param sequence of the aggregate's first event that is not in the model
   */
  record FailedEvent(String aggregateId, long sequence, RuntimeException failure) {

    static FailedEvent of(DomainEventMessage<?> event, Exception failure) {
      return new FailedEvent(
          event.getAggregateIdentifier(),
          event.getSequenceNumber(),
          failure instanceof RuntimeException known ? known : new IllegalStateException(failure));
    }
  }

  /**
   * Runs the writes. Called once; an exception stops the batch, which is then delivered again.
   *
   * @param extendClaim keeps the claim of the batch's segment; runs between the steps of a long
   *     write
   * @return the events that can never be written
   */
  List<FailedEvent> write(Runnable extendClaim);
}
