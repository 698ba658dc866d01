package dev.annals.eventstore.axon;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.common.DateTimeUtils;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds events by their aggregate, type, name, actor, correlation id and time. An index of the
 * event table finds those of an aggregate. For the others it reads {@code events.audit_entry}, into
 * which the sealer enters events in batches, and scans the events after the last entry, which no
 * index finds.
 *
 * <p>Conditions are on columns of that table or {@link #AGGREGATE}, each with the value of its
 * placeholder.
 */
public final class AuditEntries {

  public static final String AGGREGATE = "aggregate_identifier = ?";

  /** The value is a time in Axon's form, as in {@link #TO}. */
  public static final String FROM = "time_stamp >= ?";

  public static final String TO = "time_stamp <= ?";

  /**
   * The times of two events differ from the order of their positions by less than this: clocks may
   * differ by 5 s, and a command that waits for a connection has its time before its position.
   */
  private static final Duration DISORDER = Duration.ofMinutes(1);

  /** The end of the times that sort as texts. */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  /**
   * Halves a range until it has at most a thousand positions. The last entry up to its low end is
   * earlier than a time. The last entry up to its high end is not, unless that end has not moved.
   */
  private static final String BOUNDS =
      """
      with recursive bounds (low, high) as (
        select cast(? as bigint), cast(? as bigint)
        union all
        select case when earlier then middle else low end, case when earlier then high else middle end
        from bounds, lateral (select (low + high) / 2 as middle) as half, lateral (
          select coalesce((
            select time_stamp < ? from events.audit_entry
            where global_index > low and global_index <= middle order by global_index desc limit 1), true) as earlier
        ) as newest
        where high - low > 1000)
      select low, high from bounds order by high - low limit 1
      """;

  /** The number of positions that a page scans at most. */
  private static final int SCANNED = 10_000;

  private static final int PAGE_SIZE = 5_000;

  /**
   * Positions of events, in order.
   *
   * @param next the position after which the next page begins; null for the last page
   */
  public record Page(List<Long> positions, @Nullable Long next) {}

  private final JdbcClient jdbc;

  public AuditEntries(DataSource dataSource) {
    this.jdbc = JdbcClient.create(new CustomPlans(dataSource));
  }

  /**
   * Lets PostgreSQL plan each statement for its values. A generic plan reads all entries for a rare
   * one.
   */
  private static final class CustomPlans extends JdbcTemplate {

    CustomPlans(DataSource dataSource) {
      super(dataSource);
    }

    @Override
    protected void applyStatementSettings(Statement statement) throws SQLException {
      super.applyStatementSettings(statement);
      statement.unwrap(PGStatement.class).setPrepareThreshold(0);
    }
  }

  /**
   * The end of the entries.
   *
   * @param position of the last entry; 0 without entries
   * @param indexed whether the former indexes find the events after it, until all have entries
   */
  private record Horizon(long position, boolean indexed) {}

  /**
   * Returns the first events in a range of positions. A page may end early, even without an event.
   *
   * @param after exclusive
   * @param last inclusive
   */
  public Page find(Map<String, Object> conditions, long after, long last, int limit) {
    if (conditions.containsKey(AGGREGATE)) {
      return page(select("events.audited_event", conditions, after, last, limit), limit, null);
    }
    Horizon horizon =
        jdbc.sql(
                """
                select coalesce(max(global_index), 0) as position,
                       exists (select from events.former_index) as indexed
                from events.audit_entry
                """)
            .query(Horizon.class)
            .single();
    Bounds entered = boundsOf(conditions, after, Math.min(last, horizon.position()));
    List<Long> positions =
        new ArrayList<>(
            select("events.audit_entry", conditions, entered.low(), entered.high(), limit));
    long from = Math.max(after, horizon.position());
    long until = horizon.indexed() || last - from <= SCANNED ? last : from + SCANNED;
    if (positions.size() < limit && from < until) {
      positions.addAll(
          select("events.audited_event", conditions, from, until, limit - positions.size()));
    }
    return page(positions, limit, until < last ? until : null);
  }

  /** A range of positions, the first one exclusive. */
  private record Bounds(long low, long high) {}

  /** Returns the range that has all entries of the times in the conditions. */
  private Bounds boundsOf(Map<String, Object> conditions, long after, long last) {
    long low = after;
    long high = last;
    if (conditions.get(FROM) instanceof String from) {
      low = bounds(after, last, Instant.parse(from).minus(DISORDER)).low();
    }
    if (conditions.get(TO) instanceof String to) {
      Instant end = Instant.parse(to).plus(DISORDER);
      high = bounds(low, last, end.isAfter(LAST) ? LAST : end).high();
    }
    return new Bounds(low, high);
  }

  private Bounds bounds(long low, long high, Instant time) {
    return jdbc.sql(BOUNDS)
        .params(low, high, DateTimeUtils.formatInstant(time))
        .query(Bounds.class)
        .single();
  }

  private static Page page(List<Long> positions, int limit, @Nullable Long next) {
    return new Page(positions, positions.size() == limit ? positions.get(limit - 1) : next);
  }

  private List<Long> select(
      String from, Map<String, Object> conditions, long after, long last, int limit) {
    // For an aggregate no index of the positions: PostgreSQL would scan it, since it estimates too
    // many events of an aggregate, and too few of a range.
    String position = conditions.containsKey(AGGREGATE) ? "(global_index + 0)" : "global_index";
    Map<String, Object> all = new LinkedHashMap<>(conditions);
    all.put(position + " > ?", after);
    all.put(position + " <= ?", last);
    List<Object> values = new ArrayList<>(all.values());
    values.add(limit);
    return jdbc.sql(
            "select global_index from %s where %s order by %s limit ?"
                .formatted(from, String.join(" and ", all.keySet()), position))
        .params(values)
        .query(Long.class)
        .list();
  }

  /** Returns all events up to a position. The stream reads them in pages. */
  Stream<List<Long>> pages(Map<String, Object> conditions, long last) {
    return Stream.iterate(
            Optional.of(find(conditions, 0, last, PAGE_SIZE)),
            Optional::isPresent,
            page -> page.map(Page::next).map(next -> find(conditions, next, last, PAGE_SIZE)))
        .map(page -> page.orElseThrow().positions());
  }
}
