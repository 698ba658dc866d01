package dev.annals.eventstore.axon;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Queries the event table for lookups that Axon does not offer. */
public record StoredEvents(JdbcClient jdbc, EventStore events) {

  private static final int PAGE_SIZE = 500;
  private static final int DELETE_PAGE_SIZE = 5_000;

  public Optional<DomainEventMessage<?>> find(UUID eventId) {
    return jdbc.sql(
            """
            select aggregate_identifier, sequence_number from events.domain_event_entry
            where event_identifier = ?
            """)
        .param(eventId.toString())
        .query((row, number) -> new Place(row.getString(1), row.getLong(2)))
        .optional()
        .map(place -> events.readEvents(place.aggregate(), place.sequence()).next());
  }

  /** Returns the position of an aggregate's event among all events, or -1 if it does not exist. */
  public long position(String aggregateId, long sequence) {
    return jdbc.sql(
            """
            select global_index from events.domain_event_entry
            where aggregate_identifier = ? and sequence_number = ?
            """)
        .params(aggregateId, sequence)
        .query(Long.class)
        .optional()
        .orElse(-1L);
  }

  /** Returns the positions of the stored events among these, by identifier. */
  public Map<String, Long> positions(Collection<String> identifiers) {
    return map(
        """
        select event_identifier, global_index from events.domain_event_entry
        where event_identifier = any(?)
        """,
        identifiers.toArray(String[]::new),
        (row, number) -> Map.entry(row.getString(1), row.getLong(2)));
  }

  /**
   * Returns the positions of the first events of the existing aggregates among these, by aggregate.
   */
  public Map<String, Long> creationPositions(Collection<String> aggregates) {
    return map(
        """
        select aggregate_identifier, global_index from events.domain_event_entry
        where aggregate_identifier = any(?) and sequence_number = 0
        """,
        aggregates.toArray(String[]::new),
        (row, number) -> Map.entry(row.getString(1), row.getLong(2)));
  }

  /** Returns an aggregate's last sequence number up to a position, or -1 if it begins later. */
  public long sequenceAt(String aggregateId, long position) {
    return jdbc.sql(
            """
            select coalesce(max(sequence_number), -1) from events.domain_event_entry
            where aggregate_identifier = ? and global_index <= ?
            """)
        .params(aggregateId, position)
        .query(Long.class)
        .single();
  }

  /** Returns the identifiers of the events at these positions, by position. */
  public Map<Long, String> identifiersAt(Collection<Long> positions) {
    return map(
        """
        select global_index, event_identifier from events.domain_event_entry
        where global_index = any(?)
        """,
        positions.toArray(Long[]::new),
        (row, number) -> Map.entry(row.getLong(1), row.getString(2)));
  }

  /** Returns the position of the last event, or 0 if there is none. */
  public long lastPosition() {
    return jdbc.sql("select coalesce(max(global_index), 0) from events.domain_event_entry")
        .query(Long.class)
        .single();
  }

  public boolean containsAny(String... types) {
    return jdbc.sql("select exists (select from events.domain_event_entry where type = any(?))")
        .param(types)
        .query(Boolean.class)
        .single();
  }

  /** Returns all users who created an aggregate of these types. */
  public Set<UUID> creators(String... types) {
    return jdbc.sql(
            """
            select distinct events.origin(meta_data, 'actor')::uuid from events.domain_event_entry
            where sequence_number = 0 and type = any(?)
              and events.origin(meta_data, 'actor') is not null
            """)
        .param(types)
        .query(UUID.class)
        .set();
  }

  /** Deletes the snapshots of a user's aggregates, with a statement for each page of events. */
  public void deleteSnapshots(UUID user) {
    for (Optional<Long> after = Optional.of(0L); after.isPresent(); ) {
      after = deleteSomeSnapshots(user, after.get());
    }
  }

  /** Processes a page of the user's events after a position. Returns its last position, if any. */
  private Optional<Long> deleteSomeSnapshots(UUID user, long after) {
    return jdbc.sql(
            """
            with page as (
              select global_index, sequence_number, aggregate_identifier
              from events.domain_event_entry
              where events.origin(meta_data, 'actor') = ? and global_index > ?
              order by global_index limit ?),
            gone as (
              delete from events.snapshot_event_entry where aggregate_identifier in (
                select aggregate_identifier from page where sequence_number = 0))
            select global_index from page order by global_index desc limit 1
            """)
        .params(user.toString(), after, DELETE_PAGE_SIZE)
        .query(Long.class)
        .optional();
  }

  /**
   * Returns the aggregates of these types that a user created, in the order of their first events.
   * The iterator reads them in pages.
   */
  public Iterator<UUID> createdBy(UUID user, String... types) {
    return Stream.iterate(
            createdBy(user, types, 0),
            page -> !page.isEmpty(),
            page -> createdBy(user, types, page.get(page.size() - 1).position()))
        .flatMap(page -> page.stream().map(Creation::aggregate))
        .iterator();
  }

  private List<Creation> createdBy(UUID user, String[] types, long after) {
    return jdbc.sql(
            """
            select global_index as position, aggregate_identifier::uuid as aggregate
            from events.domain_event_entry
            where events.origin(meta_data, 'actor') = ? and sequence_number = 0 and type = any(?)
              and global_index > ?
            order by global_index limit ?
            """)
        .params(user.toString(), types, after, PAGE_SIZE)
        .query(Creation.class)
        .list();
  }

  private <K, V> Map<K, V> map(String sql, Object[] keys, RowMapper<Map.Entry<K, V>> entry) {
    return jdbc.sql(sql).param(keys).query(entry).list().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private record Creation(long position, UUID aggregate) {}

  private record Place(String aggregate, long sequence) {}
}
