package dev.annals.query.model;

import java.time.Clock;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/** Keeps dead-lettered events from a processor's handlers, and makes letters of those that fail. */
record DeadLetterInterceptor(String processor, DeadLetters letters, Clock clock)
    implements MessageHandlerInterceptor<EventMessage<?>> {

  @Override
  public Object handle(UnitOfWork<? extends EventMessage<?>> unit, InterceptorChain chain) {
    BatchDeadLetters batch = BatchDeadLetters.current(processor, letters, clock, unit);
    handle((DomainEventMessage<?>) unit.getMessage(), batch, chain::proceed);
    return null;
  }

  interface Handling {
    void run() throws Exception;
  }

  static void handle(DomainEventMessage<?> event, BatchDeadLetters batch, Handling handling) {
    if (batch.holdsBack(event)) {
      return;
    }
    try {
      event.getPayload();
    } catch (RuntimeException failure) {
      if (!BatchDeadLetters.isUnreadable(failure)) {
        throw failure;
      }
      add(event, batch, failure);
      return;
    }
    // From here on no store is asked: handlers only note their writes.
    try {
      handling.run();
    } catch (Exception failure) {
      add(
          event,
          batch,
          failure instanceof RuntimeException unchecked
              ? unchecked
              : new IllegalStateException(failure));
    }
  }

  private static void add(
      DomainEventMessage<?> event, BatchDeadLetters batch, RuntimeException failure) {
    batch.add(event.getAggregateIdentifier(), event.getSequenceNumber(), failure);
  }
}
