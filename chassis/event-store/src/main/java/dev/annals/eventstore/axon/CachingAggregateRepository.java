package dev.annals.eventstore.axon;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.annals.eventstore.heap.HeapSize;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;

/**
 * A repository that caches recently changed aggregates. No decision is based on a stale one: {@link
 * CachedStates} checks those of commands, and each other load reads the events since the cached
 * state (those of other processes, mostly none).
 *
 * <p>A command removes its aggregate from the cache and puts it back after the commit, so other
 * commands never see the changes of a failed one.
 *
 * @param <A> the type of the aggregates
 */
final class CachingAggregateRepository<A> extends EventSourcingRepository<A> {

  /** The maximum bytes of cached aggregates of each type. */
  static final int MAX_BYTES = 4 << 20;

  private static final Duration EXPIRY = Duration.ofMinutes(10);

  private final EventStore events;
  private final Cache<String, EventSourcedAggregate<A>> cache =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher((String id, EventSourcedAggregate<A> it) -> HeapSize.of(it.getAggregateRoot()))
          .expireAfterAccess(EXPIRY)
          .build();
  private final AtomicLong clearings = new AtomicLong();

  /** Creates a repository whose cache is cleared when a subject's key is destroyed. */
  CachingAggregateRepository(Builder<A> builder, EventStore events, CommitSignal signal) {
    super(builder);
    this.events = events;
    signal.onDestroyedKey(this::clear);
  }

  @Override
  protected EventSourcedAggregate<A> doLoadWithLock(String id, Long expectedVersion) {
    long clearingsBefore = clearings.get();
    EventSourcedAggregate<A> aggregate = cache.asMap().remove(id);
    if (aggregate == null) {
      return keep(super.doLoadWithLock(id, expectedVersion), clearingsBefore);
    }
    if (CommandTransactions.isOfOneCommand()) {
      CachedStates.add(aggregate);
      return keep(aggregate, clearingsBefore);
    }
    DomainEventStream since = events.readEvents(id, aggregate.version() + 1);
    if (since.hasNext()) {
      aggregate.initializeState(since);
    }
    return keep(aggregate, clearingsBefore);
  }

  @Override
  protected EventSourcedAggregate<A> doCreateNewForLock(Callable<A> factory) throws Exception {
    long clearingsBefore = clearings.get();
    return keep(super.doCreateNewForLock(factory), clearingsBefore);
  }

  /**
   * Caches an aggregate after the commit of its unit of work, unless a key was destroyed since just
   * before the load: the aggregate may have been decrypted with that key.
   */
  private EventSourcedAggregate<A> keep(EventSourcedAggregate<A> aggregate, long clearingsBefore) {
    CurrentUnitOfWork.get()
        .afterCommit(
            committed -> {
              if (clearingsBefore == clearings.get()) {
                cache.put(aggregate.identifierAsString(), aggregate);
              }
            });
    return aggregate;
  }

  private void clear() {
    clearings.incrementAndGet();
    cache.invalidateAll();
  }
}
