package dev.annals.projection.replay;

import dev.annals.eventstore.axon.NotifyingEventSource;
import dev.annals.eventstore.processor.BatchTimer;
import dev.annals.eventstore.processor.CoordinatorThread;
import dev.annals.eventstore.processor.RecordingErrorHandler;
import dev.annals.projection.model.Model;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.Unreplayable;
import dev.annals.projection.replay.GenerationsProcessor.Running;
import dev.annals.projection.write.Batch;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.common.AxonThreadFactory;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.config.EventProcessingConfigurer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventProcessor;
import org.axonframework.eventhandling.EventProcessorSpanFactory;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;

/**
 * Gives each model a processor of its own name, and that processor a token store in the read
 * models' database. Axon's other processors and its default token store are not changed.
 */
record ProjectionProcessors(List<Model> models, ProcessorServices services, MeterRegistry metrics)
    implements ConfigurerModule {

  private static final int CLAIM_INTERVAL_MILLIS = 1_000;

  @Override
  public void configureModule(Configurer configurer) {
    configurer.eventProcessing(processing -> models.forEach(model -> register(processing, model)));
  }

  private void register(EventProcessingConfigurer processing, Model model) {
    processing
        .registerListenerInvocationErrorHandler(
            model.name(), axon -> PropagatingErrorHandler.instance())
        .registerSequencingPolicy(model.name(), axon -> Batch.sequencing(model.sequencing()))
        .registerEventProcessor(
            model.name(),
            (name, axon, handlers) ->
                model instanceof ReadModel<?> replayable
                    ? generations(replayable, axon, handlers)
                    : single(model, axon, handlers));
  }

  private EventProcessor generations(
      ReadModel<?> model, Configuration axon, EventHandlerInvoker handlers) {
    return new GenerationsProcessor(
        model,
        services,
        () -> head(axon),
        generation -> {
          if (services.properties().guarded() && !generation.equals(model.generation())) {
            model.createIndexes(generation);
          }
          Running started = processor(generation, model, axon, handlers);
          started.processor().start();
          return started;
        });
  }

  /** Axon starts and stops it. */
  private EventProcessor single(Model model, Configuration axon, EventHandlerInvoker handlers) {
    Running created = processor(model.name(), model, axon, handlers);
    axon.onShutdown(created::end);
    return created.processor();
  }

  private long head(Configuration axon) {
    TrackingToken head = eventSource(axon).createHeadToken();
    return head == null ? -1 : head.position().orElse(-1);
  }

  private StreamableMessageSource<TrackedEventMessage<?>> eventSource(Configuration axon) {
    NotifyingEventSource notifying = services.source().getIfAvailable();
    return notifying == null ? axon.eventStore() : notifying;
  }

  private Running processor(
      String name, Model model, Configuration axon, EventHandlerInvoker handlers) {
    NotifyingEventSource notifying = services.source().getIfAvailable();
    ScheduledExecutorService coordinator = new CoordinatorThread(name);
    ScheduledExecutorService workers =
        Executors.newScheduledThreadPool(
            services.properties().segments(), new AxonThreadFactory(name + "-worker"));
    ModelTokenStore tokens = tokenStore(name, model, axon, handlers, notifying);
    AtomicReference<PooledStreamingEventProcessor> built = new AtomicReference<>();
    PooledStreamingEventProcessor processor =
        PooledStreamingEventProcessor.builder()
            .name(name)
            .eventHandlerInvoker(handlers)
            .errorHandler(new RecordingErrorHandler(services.states(), services.clock()))
            .messageMonitor(axon.messageMonitor(PooledStreamingEventProcessor.class, name))
            .spanFactory(axon.getComponent(EventProcessorSpanFactory.class))
            .messageSource(
                notifying == null
                    ? axon.eventStore()
                    : notifying.bounded().attach(built::get, coordinator))
            .tokenStore(tokens)
            // The builder asks, too, when the database need not be there yet.
            .maxSegmentProvider(
                own ->
                    built.get() == null
                        ? services.properties().segments()
                        : tokens.maxSegments(own))
            // MongoDB has no transaction to join, and one in PostgreSQL would only be held open.
            .transactionManager(NoTransactionManager.instance())
            .coordinatorExecutor(coordinator)
            .workerExecutor(workers)
            .initialSegmentCount(services.properties().segments())
            .batchSize(services.properties().batchSize())
            .tokenClaimInterval(CLAIM_INTERVAL_MILLIS)
            // The interval at which an idle segment looks for dead letters to retry, and stores its
            // position.
            .claimExtensionThreshold(CLAIM_INTERVAL_MILLIS)
            // Axon's default is a ReplayToken, which would make a first start a replay.
            .initialToken(StreamableMessageSource::createTailToken)
            .build();
    built.set(processor);
    processor.registerHandlerInterceptor(new BatchTimer(model.name(), metrics));
    // Keeps dead-lettered events from the handlers, and makes letters of those that fail.
    processor.registerHandlerInterceptor(
        (unit, chain) -> {
          Batch.current(name, services.letters(), services.clock(), unit)
              .handle((DomainEventMessage<?>) unit.getMessage(), chain::proceed);
          return null;
        });
    return new Running(
        processor, List.of(coordinator, workers), () -> services.tokens().leave(name));
  }

  private ModelTokenStore tokenStore(
      String name,
      Model model,
      Configuration axon,
      EventHandlerInvoker handlers,
      @Nullable NotifyingEventSource notifying) {
    DeadLetterRetry retry =
        new DeadLetterRetry(
            name,
            model,
            axon,
            handlers,
            services,
            event -> notifying == null ? 0 : notifying.bytes(event),
            new ConcurrentHashMap<>());
    return new ModelTokenStore(
        services.tokenStore(),
        services.durability(),
        services.tokens(),
        services.tokenEvents(),
        services.positions(),
        services.segmentCount(),
        Optional.of(retry),
        () -> {
          if (model instanceof Unreplayable first) {
            services
                .stored()
                .ifAvailable(events -> first.begin(events, services.clock().instant()));
          }
        });
  }
}
