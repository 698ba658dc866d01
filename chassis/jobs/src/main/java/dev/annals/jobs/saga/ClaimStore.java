package dev.annals.jobs.saga;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.axonframework.common.DateTimeUtils;
import org.axonframework.common.jdbc.JdbcException;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.AbstractTokenEntry;
import org.axonframework.eventhandling.tokenstore.GenericTokenEntry;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;

/**
 * Axon's store of tokens with fewer round trips. A position without handled events, and the
 * extension of all claims, are one statement each without a transaction. All processors of this
 * process share one look for segments that are free.
 */
final class ClaimStore extends JdbcTokenStore {

  private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(10);

  // A processor asks every two to three seconds. A claim is extended at the latest with the second
  // of its requests, so within five.
  private static final Duration ASKED_LATELY = Duration.ofSeconds(4);
  private static final Duration STILL_FRESH = Duration.ofMillis(1_900);

  // Another process may split a segment, or start a new processor.
  private static final Duration LOOK_IF_ALL_ARE_MINE = Duration.ofSeconds(5);

  // A processor whose row is locked must not delay the others.
  private static final String EXTENSION =
      """
      with mine as (
        select processor_name, segment from events.token_entry
        where owner = ? and (processor_name, segment) in (select * from unnest(?, ?))
        for update skip locked)
      update events.token_entry as entry set time_stamp = ? from mine
      where entry.processor_name = mine.processor_name and entry.segment = mine.segment
      returning entry.processor_name, entry.segment
      """;

  private static final String POSITION =
      """
      with mine as (
        select processor_name, segment from events.token_entry
        where owner = ? and processor_name = ? and segment = ? for update skip locked)
      update events.token_entry as entry set token = ?, token_type = ?, time_stamp = ? from mine
      where entry.processor_name = mine.processor_name and entry.segment = mine.segment
      """;

  private final DataSource dataSource;
  private final String instance;
  private final long lookNanos;
  private final LongSupplier nanos;
  private Map<String, List<AbstractTokenEntry<?>>> entries = Map.of();
  // Of this process. The table may have rows of processors of earlier programs.
  private final Set<String> processors = new HashSet<>();
  private boolean allAreMine;
  private long lookedAt;
  private final Map<Claim, Long> asked = new HashMap<>();
  private Set<Claim> extended = Set.of();
  private long extendedAt;

  private record Claim(String processor, int segment) {}

  /**
   * Creates a store.
   *
   * @param instance the owner of claims
   * @param look the time until the next look for free segments
   * @param nanos the time, such as {@link System#nanoTime}
   */
  ClaimStore(
      Builder builder, DataSource dataSource, String instance, Duration look, LongSupplier nanos) {
    super(builder.nodeId(instance).claimTimeout(CLAIM_TIMEOUT));
    this.dataSource = dataSource;
    this.instance = instance;
    this.lookNanos = look.toNanos();
    this.nanos = nanos;
  }

  /** Each claim checks its segment again, so an outdated look does no harm. */
  @Override
  public List<Segment> fetchAvailableSegments(String processor) {
    List<AbstractTokenEntry<?>> segments = entriesOf(processor);
    int[] ids = segments.stream().mapToInt(AbstractTokenEntry::getSegment).toArray();
    return segments.stream()
        .filter(entry -> entry.mayClaim(instance, CLAIM_TIMEOUT))
        .map(entry -> Segment.computeSegment(entry.getSegment(), ids))
        .toList();
  }

  private synchronized List<AbstractTokenEntry<?>> entriesOf(String processor) {
    processors.add(processor);
    long interval = allAreMine ? LOOK_IF_ALL_ARE_MINE.toNanos() : lookNanos;
    // A new processor has just stored its first segments.
    if (!entries.containsKey(processor) || nanos.getAsLong() - lookedAt >= interval) {
      entries = outsideTransactions(this::look);
      lookedAt = nanos.getAsLong();
      allAreMine =
          processors.stream()
              .flatMap(name -> entries.getOrDefault(name, List.of()).stream())
              .allMatch(entry -> instance.equals(entry.getOwner()));
    }
    return entries.getOrDefault(processor, List.of());
  }

  private Map<String, List<AbstractTokenEntry<?>>> look(Connection connection) throws SQLException {
    Map<String, List<AbstractTokenEntry<?>>> found = new HashMap<>();
    try (PreparedStatement select =
            connection.prepareStatement("select * from events.token_entry order by segment");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        AbstractTokenEntry<?> entry = readTokenEntry(rows);
        found.computeIfAbsent(entry.getProcessorName(), name -> new ArrayList<>()).add(entry);
      }
    }
    return found;
  }

  /** Stores the token with the changes of the current batch, or by itself if there is no batch. */
  @Override
  public void storeToken(TrackingToken token, String processor, int segment) {
    if (CurrentUnitOfWork.isStarted() || !isStored(token, processor, segment)) {
      super.storeToken(token, processor, segment);
    }
  }

  /**
   * Returns false if this process does not own the segment, or if its row is locked: maybe by the
   * current transaction, which merges or splits segments.
   */
  private boolean isStored(TrackingToken token, String processor, int segment) {
    AbstractTokenEntry<byte[]> entry =
        new GenericTokenEntry<>(token, serializer(), byte[].class, processor, segment);
    return outsideTransactions(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(POSITION)) {
            update.setString(1, instance);
            update.setString(2, processor);
            update.setInt(3, segment);
            update.setBytes(4, token == null ? null : entry.getSerializedToken().getData());
            update.setString(5, token == null ? null : entry.getTokenType().getName());
            update.setString(6, entry.timestampAsString());
            return update.executeUpdate() == 1;
          }
        });
  }

  /** Extends the claims of all processors that have asked for it lately, by one statement. */
  @Override
  public void extendClaim(String processor, int segment) {
    if (!isExtended(new Claim(processor, segment))) {
      super.extendClaim(processor, segment);
    }
  }

  private synchronized boolean isExtended(Claim claim) {
    long now = nanos.getAsLong();
    asked.put(claim, now);
    asked.values().removeIf(at -> now - at > ASKED_LATELY.toNanos());
    if (!extended.contains(claim) || now - extendedAt > STILL_FRESH.toNanos()) {
      extended = outsideTransactions(this::extend);
      extendedAt = now;
    }
    return extended.contains(claim);
  }

  private Set<Claim> extend(Connection connection) throws SQLException {
    List<Claim> claims = List.copyOf(asked.keySet());
    try (PreparedStatement update = connection.prepareStatement(EXTENSION)) {
      update.setString(1, instance);
      update.setArray(
          2, connection.createArrayOf("text", claims.stream().map(Claim::processor).toArray()));
      update.setArray(
          3, connection.createArrayOf("integer", claims.stream().map(Claim::segment).toArray()));
      update.setString(4, DateTimeUtils.formatInstant(AbstractTokenEntry.clock.instant()));
      Set<Claim> mine = new HashSet<>();
      try (ResultSet rows = update.executeQuery()) {
        while (rows.next()) {
          mine.add(new Claim(rows.getString(1), rows.getInt(2)));
        }
      }
      return mine;
    }
  }

  private interface Sql<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T outsideTransactions(Sql<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new JdbcException("The tokens of the processors are out of reach", e);
    }
  }
}
