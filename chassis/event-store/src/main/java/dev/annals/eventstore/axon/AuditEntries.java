package dev.annals.eventstore.axon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
public record AuditEntries(JdbcClient jdbc) {

  public static final String AGGREGATE = "aggregate_identifier = ?";

  /** The number of positions that a page scans at most. */
  private static final int SCANNED = 10_000;

  private static final int PAGE_SIZE = 5_000;

  /**
   * Positions of events, in order.
   *
   * @param next the position after which the next page begins; null for the last page
   */
  public record Page(List<Long> positions, @Nullable Long next) {}

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
      // No index of the positions: PostgreSQL would scan it, since it estimates too many events of
      // an aggregate, and too few of a range.
      return page(
          select("events.audited_event", conditions, after, last, "(global_index + 0)", limit),
          limit,
          null);
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
    List<Long> positions =
        new ArrayList<>(
            select(
                "events.audit_entry",
                conditions,
                after,
                Math.min(last, horizon.position()),
                "global_index",
                limit));
    long from = Math.max(after, horizon.position());
    long until = horizon.indexed() || last - from <= SCANNED ? last : from + SCANNED;
    if (positions.size() < limit && from < until) {
      positions.addAll(
          select(
              "events.audited_event",
              conditions,
              from,
              until,
              "global_index",
              limit - positions.size()));
    }
    return page(positions, limit, until < last ? until : null);
  }

  private static Page page(List<Long> positions, int limit, @Nullable Long next) {
    return new Page(positions, positions.size() == limit ? positions.get(limit - 1) : next);
  }

  private List<Long> select(
      String from,
      Map<String, Object> conditions,
      long after,
      long last,
      String position,
      int limit) {
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
