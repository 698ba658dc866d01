package dev.annals.eventstore.processor;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/** Measures the time from a batch's first event to its commit ({@code annals.processor.batch}). */
public record BatchTimer(String processor, MeterRegistry metrics)
    implements MessageHandlerInterceptor<EventMessage<?>> {

  @Override
  public Object handle(
      UnitOfWork<? extends EventMessage<?>> unitOfWork, InterceptorChain interceptorChain)
      throws Exception {
    unitOfWork
        .root()
        .getOrComputeResource(BatchTimer.class.getName(), first -> measure(unitOfWork.root()));
    return interceptorChain.proceed();
  }

  private BatchTimer measure(UnitOfWork<?> batch) {
    long start = System.nanoTime();
    batch.afterCommit(
        done ->
            metrics
                .timer("annals.processor.batch", "processor", processor)
                .record(Duration.ofNanos(System.nanoTime() - start)));
    return this;
  }
}
