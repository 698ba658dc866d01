package dev.annals.query.model;

import java.time.Clock;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/** Keeps events that are set aside from a processor's handlers, and sets aside those that fail. */
record DeadLetterInterceptor(String processor, DeadLetters letters, Clock clock)
    implements MessageHandlerInterceptor<EventMessage<?>> {

  @Override
  public Object handle(UnitOfWork<? extends EventMessage<?>> unit, InterceptorChain chain) {
    BatchDeadLetters isolation = BatchDeadLetters.of(processor, letters, clock, unit);
    handle((DomainEventMessage<?>) unit.getMessage(), isolation, chain::proceed);
    return null;
  }

  /** What may fail. */
  interface Handling {
    void run() throws Exception;
  }

  static void handle(DomainEventMessage<?> event, BatchDeadLetters isolation, Handling handling) {
    if (isolation.holds(event)) {
      return;
    }
    try {
      event.getPayload();
    } catch (RuntimeException failure) {
      if (!BatchDeadLetters.isUnreadable(failure)) {
        throw failure;
      }
      found(event, isolation, failure);
      return;
    }
    // From here on no store is asked: handlers only note what is to be written.
    try {
      handling.run();
    } catch (Exception failure) {
      found(
          event,
          isolation,
          failure instanceof RuntimeException unchecked
              ? unchecked
              : new IllegalStateException(failure));
    }
  }

  private static void found(
      DomainEventMessage<?> event, BatchDeadLetters isolation, RuntimeException failure) {
    isolation.found(event.getAggregateIdentifier(), event.getSequenceNumber(), failure);
  }
}
