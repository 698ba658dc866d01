package dev.annals.query.model;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * Keeps events that are set aside from a processor's handlers, and sets aside those that fail. It
 * also measures batches: it meets each first.
 */
record HandlingInIsolation(
    String processor, DeadLetters letters, MeterRegistry metrics, Clock clock)
    implements MessageHandlerInterceptor<EventMessage<?>> {

  @Override
  public Object handle(UnitOfWork<? extends EventMessage<?>> unit, InterceptorChain chain) {
    measure(unit.root());
    Isolation isolation = Isolation.of(processor, letters, clock, unit);
    handle((DomainEventMessage<?>) unit.getMessage(), isolation, chain::proceed);
    return null;
  }

  private void measure(UnitOfWork<?> batch) {
    batch.getOrComputeResource(
        HandlingInIsolation.class.getName(),
        key -> {
          Timer.Sample began = Timer.start();
          batch.afterCommit(
              done -> began.stop(metrics.timer("annals.projection.batch", "processor", processor)));
          return began;
        });
  }

  /** What may fail. */
  interface Handling {
    void run() throws Exception;
  }

  static void handle(DomainEventMessage<?> event, Isolation isolation, Handling handling) {
    if (isolation.holds(event)) {
      return;
    }
    try {
      handling.run();
    } catch (Exception failure) {
      isolation.found(
          event.getAggregateIdentifier(),
          event.getSequenceNumber(),
          failure instanceof RuntimeException unchecked
              ? unchecked
              : new IllegalStateException(failure));
    }
  }
}
