package dev.annals.command;

import dev.annals.command.role.ProcessRole;
import dev.annals.command.saga.ParkedEvents;
import dev.annals.platform.axon.BoundedEventSource;
import dev.annals.platform.axon.NotifyingEventSource;
import dev.annals.platform.processor.CommandProcessors;
import dev.annals.platform.processor.CoordinatorThread;
import dev.annals.platform.processor.RecordingErrorHandler;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.SubscribingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.modelling.saga.repository.SagaStore;
import org.axonframework.modelling.saga.repository.jdbc.JdbcSagaStore;
import org.axonframework.modelling.saga.repository.jdbc.PostgresSagaSqlSchema;
import org.axonframework.modelling.saga.repository.jdbc.SagaSchema;
import org.axonframework.serialization.Serializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * How the command side handles events: sagas and other processors with effects, which are never
 * replayed. What one does, the saga's state and the position are one transaction, so each event is
 * handled once; what fails is tried again, in order, by one instance at a time, and what a saga
 * fails on leaves the way to the others.
 */
@Configuration(proxyBeanMethods = false)
class ProcessorConfiguration {

  // They decide and hand over; there is nothing to gain by more.
  private static final int SEGMENTS = 1;
  private static final int BATCH = 50;
  private static final int CLAIM_INTERVAL_MILLIS = 1_000;
  // Well within half of the time after which a claim is taken over (10 s): clocks differ.
  private static final int CLAIM_EXTENSION_MILLIS = 2_000;

  @Bean
  TokenStore tokenStore(
      ConnectionProvider connections, Serializer serializer, InstanceName instance) {
    return JdbcTokenStore.builder()
        .connectionProvider(connections)
        .serializer(serializer)
        .nodeId(instance.value())
        .schema(
            TokenSchema.builder()
                .setTokenTable("events.token_entry")
                .setProcessorNameColumn("processor_name")
                .setTokenTypeColumn("token_type")
                .setTimestampColumn("time_stamp")
                .build())
        .build();
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
    // A deadline may come on one instance while another one handles an event for the same saga:
    // neither may overwrite what the other one stored.
    schema.setExclusiveLoad(true);
    return JdbcSagaStore.builder()
        .connectionProvider(connections)
        .serializer(serializer)
        .sqlSchema(schema)
        .build();
  }

  /** For all that have no configuration of their own, which read models have. */
  @Bean
  ConfigurerModule effects(
      ObjectProvider<NotifyingEventSource> source,
      ObjectProvider<ParkedEvents> parked,
      CommandProcessors states,
      CommandProperties properties,
      Clock clock) {
    if (!properties.roles().contains(ProcessRole.WORKER)) {
      return ProcessorConfiguration::handleNothing;
    }
    return configurer ->
        configurer.eventProcessing(
            processing ->
                processing
                    .configureDefaultStreamableMessageSource(axon -> source.getObject())
                    .registerDefaultErrorHandler(axon -> new RecordingErrorHandler(states, clock))
                    .registerDefaultListenerInvocationErrorHandler(
                        axon -> PropagatingErrorHandler.instance())
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
                              .coordinatorExecutor(name -> coordinator(name, axon, events))
                              // Axon's default is a ReplayToken. One that is added later finds a
                              // token for the head, from the migration that adds it.
                              .initialToken(StreamableMessageSource::createTailToken);
                        }));
  }

  private static ScheduledExecutorService coordinator(
      String processor, org.axonframework.config.Configuration axon, BoundedEventSource events) {
    ScheduledExecutorService thread = new CoordinatorThread(processor);
    events.attach(
        () ->
            axon.eventProcessingConfiguration()
                .eventProcessor(processor, StreamingEventProcessor.class)
                .orElseThrow(),
        thread);
    return thread;
  }

  /** Events are left to those who work; nothing is ever sent to the processors here. */
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
