package dev.annals.jobs.saga;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.annals.base.event.ErasureEvent;
import dev.annals.base.event.OwnedEvent;
import dev.annals.jobs.JobFailures;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.SagaConfiguration;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Parks events that a saga fails on, so that its processor can continue. The processor retries an
 * event after the first failure. After the second failure the event is parked, and a job handles it
 * later. Later events of the same user are parked behind it, except an erasure, which discards the
 * user's parked events.
 */
public class ParkedEvents {

  static final TaskDescriptor<Long> JOB = TaskDescriptor.of("saga-event", Long.class);

  private static final Logger log = LoggerFactory.getLogger(ParkedEvents.class);

  private final JdbcClient jdbc;
  private final EventStore events;
  private final TransactionManager transactions;
  private final ObjectProvider<Scheduler> scheduler;
  private final ObjectProvider<Configuration> axon;
  private final Clock clock;
  // The events that failed once in this process.
  private final Set<String> failed = ConcurrentHashMap.newKeySet();

  ParkedEvents(
      JdbcClient jdbc,
      EventStore events,
      TransactionManager transactions,
      ObjectProvider<Scheduler> scheduler,
      ObjectProvider<Configuration> axon,
      Clock clock) {
    this.jdbc = jdbc;
    this.events = events;
    this.transactions = transactions;
    this.scheduler = scheduler;
    this.axon = axon;
    this.clock = clock;
  }

  private record Parked(
      long id, String processorName, UUID userId, String aggregateId, long sequence) {}

  @Bean
  Task<Long> parkedEvent(JobFailures failures) {
    return failures.retried(JOB, (job, context) -> handleUpTo(job.getData()));
  }

  /** Returns the interceptor of a processor. It does nothing for processors without sagas. */
  public MessageHandlerInterceptor<EventMessage<?>> of(String processor) {
    return (unitOfWork, chain) -> {
      EventMessage<?> event = unitOfWork.getMessage();
      Optional<UUID> user = user(event);
      if (user.isEmpty() || sagas(processor).isEmpty()) {
        return chain.proceed();
      }
      if (event.getPayload() instanceof ErasureEvent) {
        discard(processor, user.get());
      }
      if (failed.contains(event.getIdentifier()) || hasParked(processor, user.get())) {
        park(processor, user.get(), (DomainEventMessage<?>) event);
        unitOfWork.root().afterCommit(done -> failed.remove(event.getIdentifier()));
        return null;
      }
      try {
        return chain.proceed();
      } catch (Exception e) {
        failed.add(event.getIdentifier());
        throw e;
      }
    };
  }

  /**
   * Handles a user's parked events in order, up to and including this one.
   *
   * @throws RuntimeException from the saga
   */
  void handleUpTo(long id) {
    boolean more;
    do {
      DefaultUnitOfWork<?> unitOfWork = DefaultUnitOfWork.startAndGet(null);
      unitOfWork.attachTransaction(transactions);
      more = unitOfWork.executeWithResult(() -> handleFirst(id)).getPayload();
    } while (more);
  }

  private boolean handleFirst(long id) throws Exception {
    Optional<Parked> own = find("where id = ?", id);
    if (own.isEmpty()) {
      return false;
    }
    Optional<Parked> next =
        find(
            "where processor_name = ? and user_id = ? order by id limit 1 for update",
            own.get().processorName(),
            own.get().userId());
    if (next.isEmpty()) {
      return true; // Another job has handled the first event.
    }
    Parked first = next.get();
    EventMessage<?> event = events.readEvents(first.aggregateId(), first.sequence()).next();
    for (SagaConfiguration<?> saga : sagas(first.processorName())) {
      saga.manager().handle(event, Segment.ROOT_SEGMENT);
    }
    jdbc.sql("delete from events.parked_event where id = ?").param(first.id()).update();
    return first.id() != id;
  }

  private Optional<Parked> find(String where, Object... parameters) {
    return jdbc.sql("select * from events.parked_event " + where)
        .params(parameters)
        .query(Parked.class)
        .optional();
  }

  private boolean hasParked(String processor, UUID user) {
    return find("where processor_name = ? and user_id = ? limit 1", processor, user).isPresent();
  }

  private void park(String processor, UUID user, DomainEventMessage<?> event) {
    long id =
        jdbc.sql(
                """
                insert into events.parked_event (processor_name, user_id, aggregate_id, sequence)
                values (?, ?, ?, ?) returning id
                """)
            .params(processor, user, event.getAggregateIdentifier(), event.getSequenceNumber())
            .query(Long.class)
            .single();
    scheduler
        .getObject()
        .schedule(JOB.instance(Long.toString(id)).data(id).build(), clock.instant());
    log.warn("The event {} is parked, since a saga of {} failed", event.getIdentifier(), processor);
  }

  // The jobs of the discarded events end without effect.
  private void discard(String processor, UUID user) {
    jdbc.sql("delete from events.parked_event where processor_name = ? and user_id = ?")
        .params(processor, user)
        .update();
  }

  private List<SagaConfiguration<?>> sagas(String processor) {
    return axon.getObject().eventProcessingConfiguration().sagaConfigurations().stream()
        .<SagaConfiguration<?>>map(saga -> saga)
        .filter(saga -> saga.processingGroup().equals(processor))
        .toList();
  }

  private static Optional<UUID> user(EventMessage<?> event) {
    return event.getPayload() instanceof OwnedEvent owned
        ? Optional.of(owned.owner())
        : Optional.empty();
  }
}
