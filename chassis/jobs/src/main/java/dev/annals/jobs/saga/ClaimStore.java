package dev.annals.jobs.saga;

import java.sql.Array;
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
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.axonframework.common.DateTimeUtils;
import org.axonframework.common.jdbc.JdbcException;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.AbstractTokenEntry;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Axon's store of tokens with fewer round trips. All processors of this process share one look for
 * segments that are free, and one statement, without a transaction, that extends their claims and
 * stores their positions after events that they do not handle. Such a position may be lost: the
 * events after it are then passed over again.
 */
final class ClaimStore extends JdbcTokenStore {

  static final TokenSchema SCHEMA =
      TokenSchema.builder()
          .setTokenTable("events.token_entry")
          .setProcessorNameColumn("processor_name")
          .setTokenTypeColumn("token_type")
          .setTimestampColumn("time_stamp")
          .build();

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
        select entry.processor_name, entry.segment, asked.token, asked.token_type
        from events.token_entry as entry
        join unnest(?, ?, ?, ?) as asked (processor_name, segment, token, token_type)
          using (processor_name, segment)
        where owner = ? for update of entry skip locked)
      update events.token_entry as entry
      set time_stamp = ?, token = coalesce(mine.token, entry.token),
        token_type = coalesce(mine.token_type, entry.token_type)
      from mine
      where entry.processor_name = mine.processor_name and entry.segment = mine.segment
      returning entry.processor_name, entry.segment
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
  // The positions that the next extension stores.
  private final Map<Claim, TrackingToken> positions = new HashMap<>();
  private Set<Claim> extended = new HashSet<>();
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

  /**
   * Stores the token with the changes of the current batch. Without a batch, the next extension of
   * the claims stores it.
   */
  @Override
  public void storeToken(TrackingToken token, String processor, int segment) {
    Claim claim = new Claim(processor, segment);
    if (CurrentUnitOfWork.isStarted() || token == null || !isKept(token, claim)) {
      replace(claim);
      super.storeToken(token, processor, segment);
    }
  }

  /**
   * Returns false if this process does not own the segment, or if its row is locked: maybe by the
   * current transaction, which merges or splits segments.
   */
  private synchronized boolean isKept(TrackingToken token, Claim claim) {
    positions.put(claim, token);
    return isExtended(claim);
  }

  // Waits for an extension that is storing the older position.
  private synchronized void replace(Claim claim) {
    positions.remove(claim);
  }

  /** Begins or ends a claim: its next position is stored at once, as a merge of segments needs. */
  private synchronized void forget(String processor, int segment) {
    Claim claim = new Claim(processor, segment);
    positions.remove(claim);
    asked.remove(claim);
    extended.remove(claim);
  }

  @Override
  public TrackingToken fetchToken(String processor, int segment) {
    forget(processor, segment);
    return super.fetchToken(processor, segment);
  }

  @Override
  public TrackingToken fetchToken(String processor, Segment segment) {
    forget(processor, segment.getSegmentId());
    return super.fetchToken(processor, segment);
  }

  @Override
  public void releaseClaim(String processor, int segment) {
    forget(processor, segment);
    super.releaseClaim(processor, segment);
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
      positions.keySet().removeAll(extended);
      extendedAt = now;
    }
    return extended.contains(claim);
  }

  private Set<Claim> extend(Connection connection) throws SQLException {
    List<Claim> claims = List.copyOf(asked.keySet());
    try (PreparedStatement update = connection.prepareStatement(EXTENSION)) {
      update.setArray(1, array(connection, "text", claims, Claim::processor));
      update.setArray(2, array(connection, "integer", claims, Claim::segment));
      update.setArray(
          3,
          connection.createArrayOf(
              "bytea", claims.stream().map(this::token).toArray(byte[][]::new)));
      update.setArray(4, array(connection, "text", claims, this::tokenType));
      update.setString(5, instance);
      update.setString(6, DateTimeUtils.formatInstant(AbstractTokenEntry.clock.instant()));
      Set<Claim> mine = new HashSet<>();
      try (ResultSet rows = update.executeQuery()) {
        while (rows.next()) {
          mine.add(new Claim(rows.getString(1), rows.getInt(2)));
        }
      }
      return mine;
    }
  }

  private static Array array(
      Connection connection, String type, List<Claim> claims, Function<Claim, Object> element)
      throws SQLException {
    return connection.createArrayOf(type, claims.stream().map(element).toArray());
  }

  private byte @Nullable [] token(Claim claim) {
    TrackingToken position = positions.get(claim);
    return position == null ? null : serializer().serialize(position, byte[].class).getData();
  }

  private @Nullable String tokenType(Claim claim) {
    TrackingToken position = positions.get(claim);
    return position == null ? null : position.getClass().getName();
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
