package dev.annals.projection.replay;

import com.mongodb.client.MongoDatabase;
import dev.annals.eventstore.axon.NotifyingEventSource;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.eventstore.processor.BatchTimer;
import dev.annals.eventstore.processor.CoordinatorThread;
import dev.annals.eventstore.processor.RecordingErrorHandler;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.Model;
import dev.annals.projection.model.ModelProperties;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.Unreplayable;
import dev.annals.projection.write.BatchDeadLetters;
import dev.annals.projection.write.ModelDurability;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.axonframework.common.AxonThreadFactory;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.config.EventProcessingConfigurer;
import org.axonframework.eventhandling.AbstractEventProcessor;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventProcessorSpanFactory;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.extensions.mongo.DefaultMongoTemplate;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.serialization.Serializer;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Gives each model a processor of its own name, and that processor a token store in the read
 * models' database. Axon's other processors and its default token store are not changed.
 */
record ProjectionProcessors(
    List<Model> models,
    MongoDatabase database,
    ModelProperties properties,
    Serializer serializer,
    ObjectProvider<NotifyingEventSource> source,
    ModelDurability durability,
    TokenEvents tokenEvents,
    DeadLetters letters,
    ObjectProvider<StoredEvents> stored,
    Replays replays,
    ModelProcessors states,
    MeterRegistry metrics,
    Clock clock)
    implements ConfigurerModule {

  private static final int SEGMENTS = 4;
  private static final int BATCH_SIZE = 200;
  private static final int CLAIM_INTERVAL_MILLIS = 1_000;

  @Override
  public void configureModule(Configurer configurer) {
    configurer.eventProcessing(processing -> models.forEach(model -> register(processing, model)));
  }

  private void register(EventProcessingConfigurer processing, Model model) {
    String name = model.name();
    processing
        .registerListenerInvocationErrorHandler(name, axon -> PropagatingErrorHandler.instance())
        .registerSequencingPolicy(name, axon -> BatchDeadLetters.sequencing(model.sequencing()));
    if (model instanceof ReadModel<?> replayable) {
      processing.registerEventProcessor(
          name, (group, axon, handlers) -> generations(replayable, axon, handlers));
    } else {
      processing
          .registerHandlerInterceptor(name, axon -> new BatchTimer(name, metrics))
          .registerHandlerInterceptor(name, axon -> deadLetterInterceptor(name))
          .registerTokenStore(
              name, axon -> tokenStore(name, model, axon, () -> handlers(axon, name)))
          .registerTransactionManager(name, axon -> NoTransactionManager.instance())
          .registerErrorHandler(name, axon -> new RecordingErrorHandler(states, clock))
          .registerPooledStreamingEventProcessor(
              name,
              this::eventSource,
              (axon, processor) -> {
                ScheduledExecutorService coordinator = new CoordinatorThread(name);
                return configure(processor)
                    .messageSource(
                        bounded(
                            axon,
                            () ->
                                axon.eventProcessingConfiguration()
                                    .eventProcessor(name, StreamingEventProcessor.class)
                                    .orElseThrow(),
                            coordinator))
                    .coordinatorExecutor(coordinator);
              });
    }
  }

  private GenerationsProcessor generations(
      ReadModel<?> model, Configuration axon, EventHandlerInvoker handlers) {
    return new GenerationsProcessor(
        model,
        replays,
        states,
        tokenEvents,
        letters,
        durability,
        properties.step(),
        () -> head(axon),
        generation -> start(generation, model, axon, handlers));
  }

  private long head(Configuration axon) {
    TrackingToken head = eventSource(axon).createHeadToken();
    return head == null ? -1 : head.position().orElse(-1);
  }

  private RunningProcessor start(
      String generation, ReadModel<?> model, Configuration axon, EventHandlerInvoker handlers) {
    if (properties.guarded() && !generation.equals(model.generation())) {
      model.createIndexes(generation);
    }
    ScheduledExecutorService coordinator = new CoordinatorThread(generation);
    ScheduledExecutorService workers =
        Executors.newScheduledThreadPool(SEGMENTS, new AxonThreadFactory(generation + "-worker"));
    AtomicReference<PooledStreamingEventProcessor> started = new AtomicReference<>();
    PooledStreamingEventProcessor.Builder builder =
        PooledStreamingEventProcessor.builder()
            .name(generation)
            .eventHandlerInvoker(handlers)
            .errorHandler(new RecordingErrorHandler(states, clock))
            .messageMonitor(axon.messageMonitor(PooledStreamingEventProcessor.class, generation))
            .spanFactory(axon.getComponent(EventProcessorSpanFactory.class))
            .messageSource(bounded(axon, started::get, coordinator))
            .tokenStore(tokenStore(generation, model, axon, () -> handlers))
            // MongoDB has no transaction to join, and one in PostgreSQL would only be held open.
            .transactionManager(NoTransactionManager.instance())
            .coordinatorExecutor(coordinator)
            .workerExecutor(workers);
    PooledStreamingEventProcessor processor = configure(builder).build();
    started.set(processor);
    processor.registerHandlerInterceptor(new BatchTimer(model.name(), metrics));
    processor.registerHandlerInterceptor(deadLetterInterceptor(generation));
    processor.start();
    return new RunningProcessor(processor, List.of(coordinator, workers));
  }

  private static PooledStreamingEventProcessor.Builder configure(
      PooledStreamingEventProcessor.Builder processor) {
    return processor
        .initialSegmentCount(SEGMENTS)
        .batchSize(BATCH_SIZE)
        .tokenClaimInterval(CLAIM_INTERVAL_MILLIS)
        // The interval at which an idle segment looks for dead letters to retry, and stores its
        // position.
        .claimExtensionThreshold(CLAIM_INTERVAL_MILLIS)
        // Axon's default is a ReplayToken, which would make a first start a replay.
        .initialToken(StreamableMessageSource::createTailToken);
  }

  private StreamableMessageSource<TrackedEventMessage<?>> eventSource(Configuration axon) {
    NotifyingEventSource notifying = source.getIfAvailable();
    return notifying == null ? axon.eventStore() : notifying;
  }

  private StreamableMessageSource<TrackedEventMessage<?>> bounded(
      Configuration axon,
      Supplier<? extends StreamingEventProcessor> processor,
      ScheduledExecutorService coordinator) {
    NotifyingEventSource notifying = source.getIfAvailable();
    return notifying == null
        ? axon.eventStore()
        : notifying.bounded().attach(processor, coordinator);
  }

  private int bytes(EventMessage<?> event) {
    NotifyingEventSource notifying = source.getIfAvailable();
    return notifying == null ? 0 : notifying.bytes(event);
  }

  /** Keeps dead-lettered events from the handlers, and makes letters of those that fail. */
  private MessageHandlerInterceptor<EventMessage<?>> deadLetterInterceptor(String processor) {
    return (unit, chain) -> {
      BatchDeadLetters.current(processor, letters, clock, unit)
          .handle((DomainEventMessage<?>) unit.getMessage(), chain::proceed);
      return null;
    };
  }

  private static EventHandlerInvoker handlers(Configuration axon, String name) {
    return axon.eventProcessingConfiguration()
        .eventProcessor(name, AbstractEventProcessor.class)
        .orElseThrow()
        .eventHandlerInvoker();
  }

  private ModelTokenStore tokenStore(
      String name, Model model, Configuration axon, Supplier<EventHandlerInvoker> handlers) {
    DeadLetterRetry retry =
        new DeadLetterRetry(
            name,
            model,
            axon,
            handlers,
            letters,
            stored,
            durability,
            clock,
            this::bytes,
            new ConcurrentHashMap<>());
    return new ModelTokenStore(
        builder(database, properties, serializer),
        durability,
        tokenEvents,
        Optional.of(retry),
        () -> begin(model));
  }

  private void begin(Model model) {
    StoredEvents events = stored.getIfAvailable();
    if (events != null && model instanceof Unreplayable first) {
      first.begin(events, clock.instant());
    }
  }

  static MongoTokenStore.Builder builder(
      MongoDatabase database, ModelProperties properties, Serializer serializer) {
    MongoTokenStore.Builder builder =
        MongoTokenStore.builder()
            .mongoTemplate(
                DefaultMongoTemplate.builder()
                    .mongoDatabase(database)
                    .trackingTokensCollectionName(ModelTokenStore.COLLECTION)
                    .build())
            .serializer(serializer)
            .ensureIndexes(false);
    if (properties.node() != null) {
      builder.nodeId(properties.node());
    }
    return builder;
  }
}
