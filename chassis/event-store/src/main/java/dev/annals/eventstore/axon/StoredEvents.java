package dev.annals.eventstore.axon;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Queries the event table for lookups that Axon does not offer. */
public record StoredEvents(JdbcClient jdbc, EventStore events, AuditEntries entries) {

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

  /** Returns the events of an aggregate from the first to that of a sequence number. */
  public Iterator<DomainEventMessage<?>> read(String aggregateId, long last) {
    // The first sequence number leaves snapshots out.
    return events
        .readEvents(aggregateId, 0)
        .asStream()
        .<DomainEventMessage<?>>map(it -> it)
        .takeWhile(it -> it.getSequenceNumber() <= last)
        .iterator();
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
    return entries
        .pages(Map.of("type = any(?)", types), lastPosition())
        .anyMatch(page -> !page.isEmpty());
  }

  /** Returns all users who created an aggregate of these types. */
  public Set<UUID> creators(String... types) {
    return creations(Map.of("type = any(?)", types))
        .flatMap(page -> page.stream().map(Creation::actor).filter(Objects::nonNull))
        .map(UUID::fromString)
        .collect(Collectors.toSet());
  }

  /** Deletes the snapshots of a user's aggregates, with a statement for each page of events. */
  public void deleteSnapshots(UUID user) {
    creations(Map.of("actor = ?", user.toString()))
        .forEach(
            page ->
                jdbc.sql(
                        """
                        delete from events.snapshot_event_entry where aggregate_identifier = any(?)
                        """)
                    .param(page.stream().map(Creation::aggregate).toArray(String[]::new))
                    .update());
  }

  /**
   * Returns the aggregates of these types that a user created, in the order of their first events.
   * The iterator reads them in pages.
   */
  public Iterator<UUID> createdBy(UUID user, String... types) {
    return creations(Map.of("actor = ?", user.toString(), "type = any(?)", types))
        .flatMap(page -> page.stream().map(Creation::aggregate))
        .map(UUID::fromString)
        .iterator();
  }

  private Stream<List<Creation>> creations(Map<String, Object> conditions) {
    return entries
        .pages(conditions, lastPosition())
        .map(
            page ->
                jdbc.sql(
                        """
                        select aggregate_identifier as aggregate, actor from events.audited_event
                        where global_index = any(?) and sequence_number = 0 order by global_index
                        """)
                    .param(page.toArray(Long[]::new))
                    .query(Creation.class)
                    .list());
  }

  private <K, V> Map<K, V> map(String sql, Object[] keys, RowMapper<Map.Entry<K, V>> entry) {
    return jdbc.sql(sql).param(keys).query(entry).list().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private record Creation(String aggregate, @Nullable String actor) {}

  private record Place(String aggregate, long sequence) {}
}
