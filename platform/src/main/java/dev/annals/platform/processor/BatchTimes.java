package dev.annals.platform.processor;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Measures how long processors take for a batch of events, from the first event to what was written
 * being committed ({@code annals.processor.batch}).
 */
@Configuration(proxyBeanMethods = false)
class BatchTimes {

  @Bean
  ConfigurerModule batchTimer(MeterRegistry metrics) {
    return configurer ->
        configurer.eventProcessing(
            processing ->
                processing.registerDefaultHandlerInterceptor(
                    (axon, processor) -> new Timed(processor, metrics)));
  }

  private record Timed(String processor, MeterRegistry metrics)
      implements MessageHandlerInterceptor<EventMessage<?>> {

    @Override
    public Object handle(
        UnitOfWork<? extends EventMessage<?>> unitOfWork, InterceptorChain interceptorChain)
        throws Exception {
      unitOfWork.root().getOrComputeResource(Timed.class.getName(), first -> measure(unitOfWork));
      return interceptorChain.proceed();
    }

    private Timed measure(UnitOfWork<?> unitOfWork) {
      long start = System.nanoTime();
      unitOfWork
          .root()
          .afterCommit(
              done ->
                  metrics
                      .timer("annals.processor.batch", "processor", processor)
                      .record(Duration.ofNanos(System.nanoTime() - start)));
      return this;
    }
  }
}
