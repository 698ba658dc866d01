package dev.annals.query.model;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoDatabase;
import dev.annals.platform.axon.StoredEvents;
import dev.annals.platform.axon.WakingEventSource;
import dev.annals.platform.processor.RecordingErrorHandler;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.config.EventProcessingConfigurer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.ErrorHandler;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.async.SequencingPolicy;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.extensions.mongo.DefaultMongoTemplate;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.serialization.Serializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;
import org.springframework.data.mongodb.MongoDatabaseFactory;

/**
 * Gives each read model a processor of its own name, and that processor a token store in the read
 * models' database. Axon's other processors, and its default token store, are left as they are.
 */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ModelProperties.class)
class ModelConfiguration {

  private static final int SEGMENTS = 4;
  private static final int BATCH = 200;
  private static final int CLAIM_INTERVAL_MILLIS = 1_000;

  // A client is told within seconds that the database is away, and a batch ends well before its
  // claim (10 s) does.
  @Bean
  MongoClientSettingsBuilderCustomizer timeouts() {
    return settings ->
        settings
            .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(3, SECONDS))
            .applyToSocketSettings(
                socket -> socket.connectTimeout(3, SECONDS).readTimeout(8, SECONDS));
  }

  @Bean
  MongoDatabase modelDatabase(MongoDatabaseFactory databases) {
    return databases.getMongoDatabase();
  }

  @Bean(destroyMethod = "close")
  ModelIndexes modelIndexes(List<Model> models, ModelProperties properties) {
    // The embedded server makes no use of them, and creating one while documents are written can
    // damage the index on _id there.
    return new ModelIndexes(properties.guarded() ? models : List.of());
  }

  @Bean
  @Fallback
  ModelDurability acknowledgedIsDurable() {
    return () -> {};
  }

  @Bean
  ConfigurerModule projectionProcessors(
      List<Model> models,
      MongoDatabase database,
      ModelProperties properties,
      Serializer serializer,
      ObjectProvider<WakingEventSource> source,
      ModelDurability durability,
      DeadLetters letters,
      ObjectProvider<StoredEvents> stored,
      ModelProcessors states,
      MeterRegistry metrics,
      Clock clock) {
    return configurer ->
        configurer.eventProcessing(
            processing ->
                models.forEach(
                    model ->
                        register(
                            processing,
                            model,
                            axon ->
                                tokenStore(
                                    database,
                                    properties,
                                    serializer,
                                    durability,
                                    Optional.of(
                                        new Drain(
                                            model.name(),
                                            model,
                                            axon,
                                            letters,
                                            stored,
                                            durability,
                                            clock))),
                            new HandlingInIsolation(model.name(), letters, metrics, clock),
                            new RecordingErrorHandler(states, clock),
                            axon -> newEvents(axon, source.getIfAvailable()))));
  }

  private static StreamableMessageSource<TrackedEventMessage<?>> newEvents(
      Configuration axon, WakingEventSource source) {
    return source == null ? axon.eventStore() : source;
  }

  private static void register(
      EventProcessingConfigurer processing,
      Model model,
      Function<Configuration, TokenStore> tokens,
      HandlingInIsolation isolation,
      ErrorHandler errors,
      Function<Configuration, StreamableMessageSource<TrackedEventMessage<?>>> source) {
    String name = model.name();
    processing
        .registerTokenStore(name, tokens)
        .registerHandlerInterceptor(name, axon -> isolation)
        // There is no transaction in MongoDB to join, and one in PostgreSQL would only be held
        // open.
        .registerTransactionManager(name, axon -> NoTransactionManager.instance())
        .registerErrorHandler(name, axon -> errors)
        .registerListenerInvocationErrorHandler(name, axon -> PropagatingErrorHandler.instance())
        .registerSequencingPolicy(name, axon -> sequencing(model))
        .registerPooledStreamingEventProcessor(
            name,
            source,
            (axon, processor) ->
                processor
                    .initialSegmentCount(SEGMENTS)
                    .batchSize(BATCH)
                    .tokenClaimInterval(CLAIM_INTERVAL_MILLIS)
                    // How soon an idle segment looks for dead letters to try again.
                    .claimExtensionThreshold(CLAIM_INTERVAL_MILLIS)
                    // Axon's default is a ReplayToken, which would make a first start a replay.
                    .initialToken(StreamableMessageSource::createTailToken));
  }

  /** The model's order; what cannot be read is in the order of its aggregate. */
  static SequencingPolicy<EventMessage<?>> sequencing(Model model) {
    return event -> {
      try {
        return model.sequencing().getSequenceIdentifierFor(event);
      } catch (RuntimeException unreadable) {
        if (Isolation.passes(unreadable)) {
          throw unreadable;
        }
        return ((DomainEventMessage<?>) event).getAggregateIdentifier();
      }
    };
  }

  static ModelTokenStore tokenStore(
      MongoDatabase database,
      ModelProperties properties,
      Serializer serializer,
      ModelDurability durability,
      Optional<Drain> drain) {
    MongoTokenStore.Builder builder =
        MongoTokenStore.builder()
            .mongoTemplate(
                DefaultMongoTemplate.builder()
                    .mongoDatabase(
                        database.withWriteConcern(WriteConcern.MAJORITY.withJournal(true)))
                    .trackingTokensCollectionName(ModelTokenStore.COLLECTION)
                    .build())
            .serializer(serializer)
            .ensureIndexes(false);
    if (properties.node() != null) {
      builder.nodeId(properties.node());
    }
    return new ModelTokenStore(builder, durability, drain);
  }
}
