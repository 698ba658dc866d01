package dev.annals.eventstore.axon;

import dev.annals.eventstore.crypto.StoredSubjectKeys;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.axonframework.common.jdbc.JdbcUtils;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventData;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A storage engine that drops a gap in the order of events only after the {@link HighWaterMark} has
 * passed it. Axon itself drops gaps by distance and age and can miss the events of a slow
 * transaction. Batches of events are also bounded by their bytes.
 */
final class EventStorage extends SnapshotTolerantEngine {

  private static final GapAwareTrackingToken START =
      GapAwareTrackingToken.newInstance(-1, Set.of());

  /**
   * The maximum number of gaps of a token. Each is a query parameter and part of the stored token.
   */
  private static final int MAX_GAPS = 10_000;

  private static final int BATCH_SIZE = 100;

  /** The size in bytes at which a batch ends. */
  static final int BATCH_BYTES = 1 << 20;

  private static final String LATER =
      "select * from events.domain_event_entry where global_index > ? order by global_index limit ?";

  private static final String LATER_AND_GAPS =
      "("
          + LATER
          + """
          ) union all
          select * from events.domain_event_entry where global_index = any(?)
          """;

  private static final String OF_AGGREGATE =
      """
      select * from events.domain_event_entry
      where aggregate_identifier = ? and sequence_number >= %s and sequence_number < %s
      """;

  private static final String SNAPSHOT_AND_LATER =
      """
      with snapshot as (
        select %1$s from events.snapshot_event_entry
        where aggregate_identifier = ? order by sequence_number desc limit 1)
      select true as is_snapshot, %1$s from snapshot
      union all
      select false, later.* from (%2$s) as later
      order by is_snapshot desc, sequence_number
      """;

  private final HighWaterMark highWaterMark;
  private final JdbcClient jdbc;
  private final StoredSubjectKeys keys;
  private final String snapshotAndLater;
  private final String ofAggregate;
  private final String later;
  private final String laterAndGaps;

  EventStorage(
      Builder engine,
      MeterRegistry metrics,
      HighWaterMark highWaterMark,
      JdbcClient jdbc,
      StoredSubjectKeys keys) {
    super(
        engine
            .gapCleaningThreshold(Integer.MAX_VALUE)
            .batchSize(BATCH_SIZE)
            // Axon would read until a batch is empty.
            .finalAggregateBatchPredicate(batch -> !isFull(batch)),
        metrics);
    this.highWaterMark = highWaterMark;
    this.jdbc = jdbc;
    this.keys = keys;
    String first = "coalesce((select sequence_number + 1 from snapshot), 0)";
    snapshotAndLater =
        SNAPSHOT_AND_LATER.formatted(
            domainEventFields(),
            batch(
                domainEventFields(),
                "sequence_number",
                OF_AGGREGATE.formatted(first, first + " + ?")));
    ofAggregate = batch(domainEventFields(), "sequence_number", OF_AGGREGATE.formatted("?", "?"));
    later = batch(trackedEventFields(), "global_index", LATER);
    laterAndGaps = batch(trackedEventFields(), "global_index", LATER_AND_GAPS);
  }

  /**
   * Starts transactions for changes only. A read is one statement, which needs no transaction, but
   * joins the current one.
   */
  record ForChanges(TransactionManager transactions) implements TransactionManager {

    @Override
    public Transaction startTransaction() {
      return transactions.startTransaction();
    }

    @Override
    public <T> T fetchInTransaction(Supplier<T> read) {
      return read.get();
    }
  }

  /** Leaves the only event of a command to the end of its transaction. */
  @Override
  protected void appendEvents(List<? extends EventMessage<?>> events, Serializer serializer) {
    FinalAppend.executeScheduled();
    if (events.size() == 1
        && events.get(0) instanceof DomainEventMessage<?> event
        && CommandTransactions.isOfOneCommand()) {
      new FinalAppend(
              jdbc, keys, event, serializer, failure -> handlePersistenceException(failure, event))
          .schedule();
    } else {
      super.appendEvents(events, serializer);
    }
  }

  /** The events after a snapshot, which were read with it. */
  private record Later(String aggregateId, long first, List<DomainEventData<?>> events) {}

  /** Reads the events after the snapshot, too, which the next call asks for. */
  @Override
  protected Stream<? extends DomainEventData<?>> readSnapshotData(String aggregateId) {
    if (!CurrentUnitOfWork.isStarted()) {
      return super.readSnapshotData(aggregateId);
    }
    List<DomainEventData<?>> snapshot = new ArrayList<>();
    List<DomainEventData<?>> later = new ArrayList<>();
    JdbcUtils.executeQuery(
        getConnection(),
        connection -> readSnapshotAndLater(connection, aggregateId),
        JdbcUtils.listResults(
            row ->
                row.getBoolean("is_snapshot")
                    ? snapshot.add(getSnapshotData(row))
                    : later.add(getDomainEventData(row))),
        failure -> new EventStoreException("Cannot read the aggregate " + aggregateId, failure));
    long first = snapshot.stream().mapToLong(it -> it.getSequenceNumber() + 1).sum();
    CurrentUnitOfWork.get()
        .resources()
        .put(Later.class.getName(), new Later(aggregateId, first, later));
    return snapshot.stream();
  }

  private PreparedStatement readSnapshotAndLater(Connection connection, String aggregateId)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(snapshotAndLater);
    statement.setString(1, aggregateId);
    statement.setString(2, aggregateId);
    statement.setInt(3, BATCH_SIZE);
    return statement;
  }

  @Override
  protected List<? extends DomainEventData<?>> fetchDomainEvents(
      String aggregateId, long first, int batchSize) {
    if (CurrentUnitOfWork.isStarted()
        && CurrentUnitOfWork.get().resources().remove(Later.class.getName()) instanceof Later later
        && later.aggregateId().equals(aggregateId)
        && later.first() == first) {
      return later.events();
    }
    return super.fetchDomainEvents(aggregateId, first, batchSize);
  }

  @Override
  protected List<? extends TrackedEventData<?>> fetchTrackedEvents(
      @Nullable TrackingToken last, int batchSize) {
    GapAwareTrackingToken token = last == null ? START : (GapAwareTrackingToken) last;
    // Read before the query, so that a gap below it in the result is final.
    long end = isOpen(token) ? highWaterMark.refresh() : highWaterMark.current();
    List<TrackedEventData<?>> events = new ArrayList<>();
    for (TrackedEventData<?> found : read(last, batchSize)) {
      long position = found.trackingToken().position().orElseThrow();
      if (gaps(token, position, end) > MAX_GAPS) {
        // The next call reads the event again, when more gaps are known to be final.
        highWaterMark.refresh();
        break;
      }
      token = advance(token, position, end);
      events.add(new TrackedDomainEventData<>(token, (DomainEventData<?>) found));
    }
    return events;
  }

  // Axon would look for the next position with a second statement if there is no event.
  private List<TrackedEventData<?>> read(@Nullable TrackingToken last, int batchSize) {
    return JdbcUtils.executeQuery(
        getConnection(),
        connection -> readEventData(connection, last, batchSize),
        JdbcUtils.listResults(row -> getTrackedEventData(row, null)),
        failure -> new EventStoreException("Cannot read events after " + last, failure));
  }

  /**
   * Returns a stream that ends after a batch that is not full, and continues when it is asked
   * again. Axon would read until a batch is empty, but each later commit is signalled.
   */
  @Override
  protected Stream<? extends TrackedEventData<?>> readEventData(
      @Nullable TrackingToken last, boolean mayBlock) {
    return StreamSupport.stream(new Batches(last), false);
  }

  private final class Batches extends AbstractSpliterator<TrackedEventData<?>> {

    private @Nullable TrackingToken last;
    private Iterator<? extends TrackedEventData<?>> batch = Collections.emptyIterator();
    private boolean caughtUp;

    Batches(@Nullable TrackingToken last) {
      super(Long.MAX_VALUE, ORDERED | NONNULL);
      this.last = last;
    }

    @Override
    public boolean tryAdvance(Consumer<? super TrackedEventData<?>> action) {
      if (!batch.hasNext() && !caughtUp) {
        List<? extends TrackedEventData<?>> next = fetchTrackedEvents(last, BATCH_SIZE);
        caughtUp = !isFull(next);
        batch = next.iterator();
      }
      if (!batch.hasNext()) {
        caughtUp = false;
        return false;
      }
      TrackedEventData<?> event = batch.next();
      last = event.trackingToken();
      action.accept(event);
      return true;
    }
  }

  private static boolean isFull(List<? extends EventData<?>> batch) {
    return batch.size() >= BATCH_SIZE
        || batch.stream().mapToInt(event -> ((byte[]) event.getPayload().getData()).length).sum()
            >= BATCH_BYTES;
  }

  private boolean isOpen(GapAwareTrackingToken token) {
    return highWaterMark.current() == 0
        || (token.hasGaps() && token.getGaps().last() > highWaterMark.current());
  }

  /** Returns the number of gaps after the next event, or 0 if the event adds none. */
  private static long gaps(GapAwareTrackingToken token, long position, long end) {
    long added = position - 1 - Math.max(token.getIndex(), end);
    return added <= 0 ? 0 : added + token.getGaps().tailSet(end + 1).size();
  }

  /** Returns the token of the next event, without the gaps up to {@code end}. */
  private static GapAwareTrackingToken advance(
      GapAwareTrackingToken token, long position, long end) {
    long firstOpen = Math.min(position, end + 1);
    long offset = Math.max(token.getIndex(), position) - firstOpen;
    return token.advanceTo(position, (int) Math.min(offset, Integer.MAX_VALUE));
  }

  /** As in Axon, but with a token that only has the position. */
  @Override
  protected TrackedEventData<?> getTrackedEventData(
      ResultSet row, @Nullable GapAwareTrackingToken unused) throws SQLException {
    long position = row.getLong(schema().globalIndexColumn());
    return super.getTrackedEventData(
        row, GapAwareTrackingToken.newInstance(position - 1, Set.of()));
  }

  /** Returns null: the first visible event may not be the first one. */
  @Override
  public @Nullable TrackingToken createTailToken() {
    return null;
  }

  @Override
  public @Nullable TrackingToken createHeadToken() {
    long end = highWaterMark.refresh();
    return super.createHeadToken() instanceof GapAwareTrackingToken token
        ? GapAwareTrackingToken.newInstance(
            token.getIndex(), highWaterMark.missing(end + 1, token.getIndex()))
        : null;
  }

  @Override
  protected PreparedStatement readEventData(
      Connection connection, String aggregateId, long first, int batchSize) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(ofAggregate);
    statement.setString(1, aggregateId);
    statement.setLong(2, first);
    statement.setLong(3, first + batchSize);
    return statement;
  }

  @Override
  protected PreparedStatement readEventDataWithoutGaps(
      Connection connection, long position, int batchSize) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(later);
    statement.setLong(1, position);
    statement.setInt(2, batchSize);
    return statement;
  }

  @Override
  protected PreparedStatement readEventDataWithGaps(
      Connection connection, long position, int batchSize, List<Long> gaps) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(laterAndGaps);
    statement.setLong(1, position);
    statement.setInt(2, batchSize);
    statement.setArray(3, connection.createArrayOf("bigint", gaps.toArray()));
    return statement;
  }

  // PostgreSQL knows the length of a payload without reading its out-of-line storage.
  private static String batch(String fields, String order, String events) {
    return """
        select %1$s from (
          select %1$s, sum(octet_length(payload)) over (
            order by %2$s rows between unbounded preceding and 1 preceding) as before
          from (%3$s) as event) as event
        where coalesce(before, 0) < %4$d order by %2$s
        """
        .formatted(fields, order, events, BATCH_BYTES);
  }
}
