package dev.annals.jobs.saga;

import dev.annals.base.start.ChassisConfiguration;
import dev.annals.eventstore.axon.BoundedEventSource;
import dev.annals.eventstore.axon.NotifyingEventSource;
import dev.annals.eventstore.processor.BatchTimer;
import dev.annals.eventstore.processor.CommandProcessors;
import dev.annals.eventstore.processor.CoordinatorThread;
import dev.annals.eventstore.processor.RecordingErrorHandler;
import dev.annals.jobs.role.ProcessProperties;
import dev.annals.jobs.role.ProcessRole;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.SubscribingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.modelling.saga.repository.SagaStore;
import org.axonframework.modelling.saga.repository.jdbc.JdbcSagaStore;
import org.axonframework.modelling.saga.repository.jdbc.PostgresSagaSqlSchema;
import org.axonframework.modelling.saga.repository.jdbc.SagaSchema;
import org.axonframework.serialization.Serializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Configures the event processors of the command side: sagas and other handlers with effects, which
 * are never replayed. A handler's effects, the saga's state and the position are one transaction,
 * so each event is handled once. After a failure the event is retried, in order, by one instance at
 * a time; an event that a saga fails on is parked.
 */
@ChassisConfiguration
@Import({ParkedEvents.class, SagaController.class, SagaHealthIndicator.class, Sagas.class})
class SagaProcessorConfiguration {

  // Handlers only decide and schedule jobs, so more segments gain nothing.
  private static final int SEGMENTS = 1;
  private static final int BATCH = 50;
  private static final int CLAIM_INTERVAL_MILLIS = 1_000;
  // Well below half of the claim timeout (10 s): clocks differ.
  private static final int CLAIM_EXTENSION_MILLIS = 2_000;

  @Bean
  TokenStore tokenStore(
      ConnectionProvider connections,
      DataSource dataSource,
      Serializer serializer,
      ProcessProperties properties) {
    return new ClaimStore(
        JdbcTokenStore.builder()
            .connectionProvider(connections)
            .serializer(serializer)
            .schema(ClaimStore.SCHEMA),
        dataSource,
        properties.instance(),
        Duration.ofMillis(CLAIM_INTERVAL_MILLIS),
        System::nanoTime);
  }

  @Bean
  SagaStore<Object> sagaStore(ConnectionProvider connections, Serializer serializer) {
    PostgresSagaSqlSchema schema =
        new PostgresSagaSqlSchema(
            SagaSchema.builder()
                .sagaEntryTable("events.saga_entry")
                .sagaIdColumn("saga_id")
                .sagaTypeColumn("saga_type")
                .serializedSagaColumn("serialized_saga")
                .associationValueEntryTable("events.association_value_entry")
                .associationKeyColumn("association_key")
                .associationValueColumn("association_value")
                .build());
    // One instance may run a deadline while another one handles an event of the same saga. Neither
    // may overwrite the other's state.
    schema.setExclusiveLoad(true);
    return JdbcSagaStore.builder()
        .connectionProvider(connections)
        .serializer(serializer)
        .sqlSchema(schema)
        .build();
  }

  /** Applies to all processors without their own configuration, so not to read models. */
  @Bean
  ConfigurerModule effects(
      ObjectProvider<NotifyingEventSource> source,
      ObjectProvider<ParkedEvents> parked,
      CommandProcessors states,
      ProcessProperties properties,
      MeterRegistry metrics,
      Clock clock) {
    if (!properties.roles().contains(ProcessRole.WORKER)) {
      return SagaProcessorConfiguration::handleNothing;
    }
    // A processor's only segment needs no second thread: while it handles events, there is no room
    // for more.
    Map<String, ScheduledExecutorService> threads = new ConcurrentHashMap<>();
    return configurer ->
        configurer.eventProcessing(
            processing ->
                processing
                    .configureDefaultStreamableMessageSource(axon -> source.getObject())
                    .registerDefaultErrorHandler(axon -> new RecordingErrorHandler(states, clock))
                    .registerDefaultListenerInvocationErrorHandler(
                        axon -> PropagatingErrorHandler.instance())
                    .registerDefaultHandlerInterceptor(
                        (axon, processor) -> new BatchTimer(processor, metrics))
                    .registerDefaultHandlerInterceptor(
                        (axon, processor) -> parked.getObject().of(processor))
                    .usingPooledStreamingEventProcessors(
                        (axon, processor) -> {
                          BoundedEventSource events = source.getObject().bounded();
                          return processor
                              .messageSource(events)
                              .initialSegmentCount(SEGMENTS)
                              .batchSize(BATCH)
                              .tokenClaimInterval(CLAIM_INTERVAL_MILLIS)
                              .claimExtensionThreshold(CLAIM_EXTENSION_MILLIS)
                              .coordinatorExecutor(
                                  name -> {
                                    ScheduledExecutorService thread = threadOf(name, threads);
                                    attach(name, thread, axon, events);
                                    return thread;
                                  })
                              .workerExecutor(name -> threadOf(name, threads))
                              // Axon's default is a ReplayToken. A migration that adds a processor
                              // later inserts a token for the head.
                              .initialToken(StreamableMessageSource::createTailToken);
                        }));
  }

  private static ScheduledExecutorService threadOf(
      String processor, Map<String, ScheduledExecutorService> threads) {
    return threads.computeIfAbsent(processor, CoordinatorThread::new);
  }

  private static void attach(
      String processor,
      ScheduledExecutorService thread,
      org.axonframework.config.Configuration axon,
      BoundedEventSource events) {
    events.attach(
        () ->
            axon.eventProcessingConfiguration()
                .eventProcessor(processor, StreamingEventProcessor.class)
                .orElseThrow(),
        thread);
  }

  /** Leaves events to workers: processors in this process get none. */
  private static void handleNothing(Configurer configurer) {
    configurer.eventProcessing(
        processing ->
            processing.registerEventProcessorFactory(
                (name, axon, handlers) ->
                    SubscribingEventProcessor.builder()
                        .name(name)
                        .eventHandlerInvoker(handlers)
                        .messageSource(processor -> () -> true)
                        .build()));
  }
}
