package dev.annals.eventstore.axon;

import dev.annals.base.start.Causes;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.eventstore.crypto.SigningKeys;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.eventstore.seal.StoredNodes;
import dev.annals.eventstore.storage.EventSerializer;
import dev.annals.eventstore.storage.SubjectKeys;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.sql.SQLException;
import java.time.Clock;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.PersistenceExceptionResolver;
import org.axonframework.common.jdbc.UnitOfWorkAwareConnectionProviderWrapper;
import org.axonframework.common.lock.PessimisticLockFactory;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventBusSpanFactory;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.SnapshotTriggerDefinition;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.correlation.SimpleCorrelationDataProvider;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.RepositorySpanFactory;
import org.axonframework.serialization.Serializer;
import org.axonframework.spring.config.SpringAggregateConfigurer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.tracing.NoOpSpanFactory;
import org.axonframework.tracing.SpanFactory;
import org.axonframework.tracing.opentelemetry.OpenTelemetrySpanFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Configures the event store: Axon's JDBC engine on PostgreSQL, in the transaction of the command,
 * with the keys of subjects and signatures, and the sealed tree.
 */
@ChassisConfiguration
@Import({
  AuditEntries.class,
  CachedStates.class,
  CommitSignal.class,
  HighWaterMark.class,
  SigningKeys.class,
  StoredEvents.class,
  StoredNodes.class,
  StoredSubjectKeys.class
})
public class AxonConfiguration {

  /** Metadata of a command and its events: the id of the user who sent the command. */
  public static final String ACTOR = "actor";

  /** Metadata of a command only: the id of the session that sent it. */
  public static final String SESSION = "session";

  /** Metadata of a command and its events: the id of the request. */
  public static final String CORRELATION_ID = "correlationId";

  /** Metadata of the first event: a keyed digest of the body of an idempotent request. */
  public static final String BODY_DIGEST = "bodyDigest";

  private static final int EVENTS_PER_SNAPSHOT = 20;
  // The wait for an aggregate that another command of this process uses. Axon tries 100 times a
  // second.
  private static final int LOCK_SECONDS = 10;
  private static final String UNIQUE_VIOLATION = "23505";

  // Without this bean Axon silently uses NoTransactionManager on Spring Boot 4.
  @Bean
  TransactionManager axonTransactionManager(PlatformTransactionManager transactions) {
    return new CommandTransactions(transactions);
  }

  @Bean
  ConnectionProvider connectionProvider(DataSource dataSource) {
    return new UnitOfWorkAwareConnectionProviderWrapper(
        new SpringDataSourceConnectionProvider(dataSource));
  }

  @Bean
  @Qualifier("eventSerializer")
  EventSerializer eventSerializer(SubjectKeys keys) {
    return new EventSerializer(keys);
  }

  @Bean
  PersistenceExceptionResolver persistenceExceptionResolver() {
    return AxonConfiguration::isUniqueViolation;
  }

  @Bean
  EventStorageEngine eventStorageEngine(
      org.axonframework.config.Configuration axon,
      @Qualifier("eventSerializer") Serializer eventSerializer,
      PersistenceExceptionResolver persistenceExceptionResolver,
      ConnectionProvider connectionProvider,
      TransactionManager transactionManager,
      MeterRegistry metrics,
      HighWaterMark highWaterMark,
      JdbcClient jdbc,
      StoredSubjectKeys keys,
      Clock clock) {
    GenericEventMessage.clock = clock;
    return new EventStorage(
        JdbcEventStorageEngine.builder()
            .eventSerializer(eventSerializer)
            .snapshotSerializer(eventSerializer)
            .upcasterChain(axon.upcasterChain())
            .snapshotFilter(axon.snapshotFilter())
            .persistenceExceptionResolver(persistenceExceptionResolver)
            .connectionProvider(connectionProvider)
            .transactionManager(new EventStorage.ForChanges(transactionManager))
            .schema(schema()),
        metrics,
        highWaterMark,
        jdbc,
        keys);
  }

  @Bean("eventBus")
  @Qualifier("eventStore")
  EmbeddedEventStore eventStore(
      EventStorageEngine engine, org.axonframework.config.Configuration axon, CommitSignal signal) {
    EmbeddedEventStore store =
        EmbeddedEventStore.builder()
            .storageEngine(engine)
            .messageMonitor(axon.messageMonitor(EventStore.class, "eventStore"))
            .spanFactory(axon.getComponent(EventBusSpanFactory.class))
            // A shared stream would put a second poll between a commit and its listeners.
            .optimizeEventConsumption(false)
            .build();
    store.registerDispatchInterceptor(
        events -> {
          if (CurrentUnitOfWork.isStarted()) {
            signalAfterCommit(CurrentUnitOfWork.get().root(), signal);
          }
          return (index, event) -> event;
        });
    return store;
  }

  @Bean
  NotifyingEventSource notifyingEventSource(
      EmbeddedEventStore store,
      CommitSignal signal,
      HighWaterMark highWaterMark,
      @Qualifier("eventSerializer") Serializer eventSerializer) {
    return new NotifyingEventSource(store, signal, highWaterMark, eventSerializer);
  }

  @Bean
  CommandTargetResolver commandTargets() {
    return new CommandTargets();
  }

  /** Makes {@link CachingAggregateRepository} the repository of each aggregate. */
  @Bean
  static BeanFactoryPostProcessor repositories() {
    return beans -> {
      BeanDefinitionRegistry registry = (BeanDefinitionRegistry) beans;
      for (String name : beans.getBeanNamesForType(SpringAggregateConfigurer.class, true, false)) {
        BeanDefinition configurer = beans.getBeanDefinition(name);
        Class<?> type =
            (Class<?>)
                configurer
                    .getConstructorArgumentValues()
                    .getIndexedArgumentValue(0, Class.class)
                    .getValue();
        String repository = "caching" + type.getSimpleName();
        configurer
            .getPropertyValues()
            .add("repository", repository)
            .add("commandTargetResolver", "commandTargets");
        BeanDefinition definition =
            BeanDefinitionBuilder.genericBeanDefinition(
                    CachingAggregateRepository.class, () -> repositoryOf(type, beans))
                .getBeanDefinition();
        // Axon registers this repository as an autowire candidate itself.
        definition.setAutowireCandidate(false);
        registry.registerBeanDefinition(repository, definition);
      }
    };
  }

  private static <A> CachingAggregateRepository<A> repositoryOf(Class<A> type, BeanFactory beans) {
    org.axonframework.config.Configuration axon =
        beans.getBean(org.axonframework.config.Configuration.class);
    return new CachingAggregateRepository<>(
        EventSourcingRepository.builder(type)
            .parameterResolverFactory(axon.parameterResolverFactory())
            .handlerDefinition(axon.handlerDefinition(type))
            .eventStore(axon.eventStore())
            .lockFactory(
                PessimisticLockFactory.builder().acquireAttempts(LOCK_SECONDS * 100).build())
            .snapshotTriggerDefinition(beans.getBean(SnapshotTriggerDefinition.class))
            .repositoryProvider(axon::repository)
            .spanFactory(axon.getComponent(RepositorySpanFactory.class))
            // Otherwise an id would load as an aggregate of another type.
            .filterByAggregateType(),
        axon.eventStore(),
        beans.getBean(CommitSignal.class));
  }

  @Bean
  SnapshotTriggerDefinition snapshotTriggerDefinition(Snapshotter snapshotter) {
    return new EventCountSnapshotTriggerDefinition(snapshotter, EVENTS_PER_SNAPSHOT);
  }

  @Bean
  CorrelationDataProvider correlationDataProvider() {
    return new SimpleCorrelationDataProvider(ACTOR, CORRELATION_ID, BODY_DIGEST);
  }

  /**
   * Includes commands and events in traces if tracing is enabled. The metadata of a message then
   * has its trace ({@code traceparent}, W3C Trace Context).
   */
  @Bean
  SpanFactory spanFactory(ObjectProvider<OpenTelemetry> telemetry) {
    OpenTelemetry traced = telemetry.getIfAvailable();
    if (traced == null) {
      return NoOpSpanFactory.INSTANCE;
    }
    return OpenTelemetrySpanFactory.builder()
        .tracer(traced.getTracer("annals"))
        .contextPropagators(traced.getPropagators().getTextMapPropagator())
        .build();
  }

  private static void signalAfterCommit(UnitOfWork<?> unitOfWork, CommitSignal signal) {
    unitOfWork.getOrComputeResource(
        CommitSignal.class.getName(),
        key -> {
          unitOfWork.afterCommit(committed -> signal.committed());
          return signal;
        });
  }

  /** Returns the names of the tables and columns of events and snapshots. */
  public static EventSchema schema() {
    return EventSchema.builder()
        .eventTable("events.domain_event_entry")
        .snapshotTable("events.snapshot_event_entry")
        .globalIndexColumn("global_index")
        .timestampColumn("time_stamp")
        .eventIdentifierColumn("event_identifier")
        .aggregateIdentifierColumn("aggregate_identifier")
        .sequenceNumberColumn("sequence_number")
        .typeColumn("type")
        .payloadTypeColumn("payload_type")
        .payloadRevisionColumn("payload_revision")
        .payloadColumn("payload")
        .metaDataColumn("meta_data")
        .build();
  }

  private static boolean isUniqueViolation(Throwable failure) {
    return Causes.of(failure)
        .anyMatch(
            cause ->
                cause instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState()));
  }
}
