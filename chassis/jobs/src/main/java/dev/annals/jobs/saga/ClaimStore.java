package dev.annals.jobs.saga;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.axonframework.common.DateTimeUtils;
import org.axonframework.common.jdbc.JdbcException;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.AbstractTokenEntry;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;

/**
 * Axon's store of tokens with fewer round trips. A position without handled events, and the
 * extension of a claim, are one statement without a transaction. All processors of this process
 * share one look for segments that are free.
 */
final class ClaimStore extends JdbcTokenStore {

  private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(10);

  private final DataSource dataSource;
  private final String instance;
  private final long lookNanos;
  private Map<String, List<AbstractTokenEntry<?>>> entries = Map.of();
  private long lookedAt;

  /**
   * Creates a store.
   *
   * @param instance the owner of claims
   * @param look the time until the next look for free segments
   */
  ClaimStore(Builder builder, DataSource dataSource, String instance, Duration look) {
    super(builder.nodeId(instance).claimTimeout(CLAIM_TIMEOUT));
    this.dataSource = dataSource;
    this.instance = instance;
    this.lookNanos = look.toNanos();
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
    // A new processor has just stored its first segments.
    if (!entries.containsKey(processor) || System.nanoTime() - lookedAt >= lookNanos) {
      entries = outsideTransactions(this::look);
      lookedAt = System.nanoTime();
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
    if (CurrentUnitOfWork.isStarted()
        || !isUpdated(connection -> storeUpdate(connection, token, processor, segment))) {
      super.storeToken(token, processor, segment);
    }
  }

  @Override
  public void extendClaim(String processor, int segment) {
    if (!isUpdated(connection -> extension(connection, processor, segment))) {
      super.extendClaim(processor, segment);
    }
  }

  private PreparedStatement extension(Connection connection, String processor, int segment)
      throws SQLException {
    PreparedStatement update =
        connection.prepareStatement(
            """
            update events.token_entry set time_stamp = ?
            where owner = ? and processor_name = ? and segment = ?
            """);
    update.setString(1, DateTimeUtils.formatInstant(AbstractTokenEntry.clock.instant()));
    update.setString(2, instance);
    update.setString(3, processor);
    update.setInt(4, segment);
    return update;
  }

  /** Returns false if this process does not own the segment. */
  private boolean isUpdated(Sql<PreparedStatement> update) {
    return outsideTransactions(
        connection -> {
          try (PreparedStatement statement = update.on(connection)) {
            return statement.executeUpdate() == 1;
          }
        });
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
