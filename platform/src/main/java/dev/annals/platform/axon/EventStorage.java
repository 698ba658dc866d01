package dev.annals.platform.axon;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackingToken;
import org.jspecify.annotations.Nullable;

/**
 * Gives up a gap in the order of events only once the {@link HighWaterMark} has passed it, where
 * Axon counts positions and seconds: however long a transaction stands still, and however much
 * others write meanwhile, what it commits is read. Events are read in batches that end by their
 * bytes, too.
 */
final class EventStorage extends SnapshotTolerantEngine {

  private static final GapAwareTrackingToken START =
      GapAwareTrackingToken.newInstance(-1, Set.of());

  /** How many a token may have: each is a parameter of a query, and a part of what is stored. */
  private static final int MOST_GAPS = 10_000;

  /** A batch ends with the event that makes it as large. */
  static final int BATCH_BYTES = 1 << 20;

  private final HighWaterMark horizon;

  EventStorage(Builder engine, MeterRegistry metrics, HighWaterMark horizon) {
    super(engine.gapCleaningThreshold(Integer.MAX_VALUE), metrics);
    this.horizon = horizon;
  }

  @Override
  protected List<? extends TrackedEventData<?>> fetchTrackedEvents(
      @Nullable TrackingToken last, int batchSize) {
    GapAwareTrackingToken token = last == null ? START : (GapAwareTrackingToken) last;
    // Before the query, so that what is not in its answer up to there never comes.
    long end = isOpen(token) ? horizon.look() : horizon.passed();
    List<TrackedEventData<?>> events = new ArrayList<>();
    for (TrackedEventData<?> found : super.fetchTrackedEvents(last, batchSize)) {
      long position = found.trackingToken().position().orElseThrow();
      if (gaps(token, position, end) > MOST_GAPS) {
        // It is read again, when more of them are known to be none.
        horizon.look();
        break;
      }
      token = advance(token, position, end);
      events.add(new TrackedDomainEventData<>(token, (DomainEventData<?>) found));
    }
    return events;
  }

  private boolean isOpen(GapAwareTrackingToken token) {
    return horizon.passed() == 0 || (token.hasGaps() && token.getGaps().last() > horizon.passed());
  }

  /** How many there are after the next event; 0 if that adds none. */
  private static long gaps(GapAwareTrackingToken token, long position, long end) {
    long added = position - 1 - Math.max(token.getIndex(), end);
    return added <= 0 ? 0 : added + token.getGaps().tailSet(end + 1).size();
  }

  /** The token of the next event; gaps before it up to the end are none. */
  private static GapAwareTrackingToken advance(
      GapAwareTrackingToken token, long position, long end) {
    long firstOpen = Math.min(position, end + 1);
    long offset = Math.max(token.getIndex(), position) - firstOpen;
    return token.advanceTo(position, (int) Math.min(offset, Integer.MAX_VALUE));
  }

  /** As Axon's, but for the token, which tells the position alone. */
  @Override
  protected TrackedEventData<?> getTrackedEventData(
      ResultSet row, @Nullable GapAwareTrackingToken unused) throws SQLException {
    long position = row.getLong(schema().globalIndexColumn());
    return super.getTrackedEventData(
        row, GapAwareTrackingToken.newInstance(position - 1, Set.of()));
  }

  /** None: the first event that can be seen may not be the first one. */
  @Override
  public @Nullable TrackingToken createTailToken() {
    return null;
  }

  @Override
  public @Nullable TrackingToken createHeadToken() {
    return withGaps(super::createHeadToken);
  }

  @Override
  public @Nullable TrackingToken createTokenAt(Instant instant) {
    return withGaps(() -> super.createTokenAt(instant));
  }

  private @Nullable TrackingToken withGaps(Supplier<@Nullable TrackingToken> seen) {
    long end = horizon.look();
    return seen.get() instanceof GapAwareTrackingToken token
        ? GapAwareTrackingToken.newInstance(
            token.getIndex(), horizon.missing(end + 1, token.getIndex()))
        : null;
  }

  @Override
  protected PreparedStatement readEventData(
      Connection connection, String aggregateId, long first, int batchSize) throws SQLException {
    PreparedStatement statement =
        connection.prepareStatement(
            batch(
                domainEventFields(),
                "aggregate_identifier = ? and sequence_number >= ? and sequence_number < ?",
                "sequence_number"));
    statement.setString(1, aggregateId);
    statement.setLong(2, first);
    statement.setLong(3, first + batchSize);
    return statement;
  }

  @Override
  protected PreparedStatement readEventDataWithoutGaps(
      Connection connection, long position, int batchSize) throws SQLException {
    PreparedStatement statement =
        connection.prepareStatement(
            batch(trackedEventFields(), "global_index > ? and global_index <= ?", "global_index"));
    statement.setLong(1, position);
    statement.setLong(2, position + batchSize);
    return statement;
  }

  @Override
  protected PreparedStatement readEventDataWithGaps(
      Connection connection, long position, int batchSize, List<Long> gaps) throws SQLException {
    PreparedStatement statement =
        connection.prepareStatement(
            batch(
                trackedEventFields(),
                "global_index > ? and global_index <= ? or global_index = any(?)",
                "global_index"));
    statement.setLong(1, position);
    statement.setLong(2, position + batchSize);
    statement.setArray(3, connection.createArrayOf("bigint", gaps.toArray()));
    return statement;
  }

  // Their lengths are known without reading what is stored apart for its length.
  private static String batch(String fields, String condition, String order) {
    return """
        select %1$s from (
          select %1$s, sum(octet_length(payload)) over (
            order by %3$s rows between unbounded preceding and 1 preceding) as before
          from events.domain_event_entry where %2$s) as event
        where coalesce(before, 0) < %4$d order by %3$s
        """
        .formatted(fields, condition, order, BATCH_BYTES);
  }
}
