package dev.annals.platform.axon;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.annals.platform.heap.HeapSize;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;

/**
 * A repository that keeps the aggregates which were changed last, and brings them up to date by the
 * events since: those of other processes on the same event store, mostly none. It asks the event
 * store at each load, so what is kept is never old.
 *
 * <p>An aggregate is taken out while a command uses it, and put back once that has been committed:
 * what a failed command did to it is not seen by any other.
 *
 * @param <A> the type of the aggregates
 */
final class CachingAggregateRepository<A> extends EventSourcingRepository<A> {

  /** How many bytes of aggregates are kept, of each type. */
  static final int KEPT_BYTES = 4 << 20;

  private static final Duration UNUSED = Duration.ofMinutes(10);

  private final EventStore events;
  private final Cache<String, EventSourcedAggregate<A>> kept =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_BYTES)
          .weigher((String id, EventSourcedAggregate<A> it) -> HeapSize.of(it.getAggregateRoot()))
          .expireAfterAccess(UNUSED)
          .build();
  private final AtomicLong forgotten = new AtomicLong();

  /** Has what is kept forgotten when somebody's key is destroyed. */
  CachingAggregateRepository(Builder<A> builder, EventStore events, CommitSignal signal) {
    super(builder);
    this.events = events;
    signal.onDestroyedKey(this::forget);
  }

  @Override
  protected EventSourcedAggregate<A> doLoadWithLock(String id, Long expectedVersion) {
    long before = forgotten.get();
    EventSourcedAggregate<A> aggregate = kept.asMap().remove(id);
    if (aggregate == null) {
      return keep(super.doLoadWithLock(id, expectedVersion), before);
    }
    DomainEventStream since = events.readEvents(id, aggregate.version() + 1);
    if (since.hasNext()) {
      aggregate.initializeState(since);
    }
    return keep(aggregate, before);
  }

  @Override
  protected EventSourcedAggregate<A> doCreateNewForLock(Callable<A> factory) throws Exception {
    long before = forgotten.get();
    return keep(super.doCreateNewForLock(factory), before);
  }

  /**
   * Puts an aggregate back once its unit of work is committed, unless a key was destroyed since
   * just before it was loaded: it may have been read by that key.
   */
  private EventSourcedAggregate<A> keep(EventSourcedAggregate<A> aggregate, long before) {
    CurrentUnitOfWork.get()
        .afterCommit(
            committed -> {
              if (before == forgotten.get()) {
                kept.put(aggregate.identifierAsString(), aggregate);
              }
            });
    return aggregate;
  }

  private void forget() {
    forgotten.incrementAndGet();
    kept.invalidateAll();
  }
}
