package dev.annals.platform.axon;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds single events by the one name that clients know them by, which Axon cannot look up. */
@Component
public final class StoredEvents {

  private static final int PAGE = 500;

  private final JdbcClient jdbc;
  private final EventStore events;

  StoredEvents(JdbcClient jdbc, EventStore events) {
    this.jdbc = jdbc;
    this.events = events;
  }

  /** The event of that identifier, if it was stored by an aggregate. */
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

  /** The place of an aggregate's event in the order of all events; -1 when there is none. */
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

  /** Removes the stored states of the aggregates that a user began; their events stay. */
  public void forgetStates(UUID user) {
    jdbc.sql(
            """
            delete from events.snapshot_event_entry where aggregate_identifier in (
              select aggregate_identifier from events.domain_event_entry
              where events.origin(meta_data, 'actor') = ? and sequence_number = 0)
            """)
        .param(user.toString())
        .update();
  }

  /**
   * The aggregates of these types that a user began, in the order of their first events. They are
   * read as they are asked for, in pages, so there may be any number of them.
   */
  public Iterator<UUID> begunBy(UUID user, String... types) {
    return Stream.iterate(
            begunBy(user, types, 0),
            page -> !page.isEmpty(),
            page -> begunBy(user, types, page.get(page.size() - 1).position()))
        .flatMap(page -> page.stream().map(Begun::aggregate))
        .iterator();
  }

  private List<Begun> begunBy(UUID user, String[] types, long after) {
    return jdbc.sql(
            """
            select global_index as position, aggregate_identifier::uuid as aggregate
            from events.domain_event_entry
            where events.origin(meta_data, 'actor') = ? and sequence_number = 0 and type = any(?)
              and global_index > ?
            order by global_index limit ?
            """)
        .params(user.toString(), types, after, PAGE)
        .query(Begun.class)
        .list();
  }

  private record Begun(long position, UUID aggregate) {}

  private record Place(String aggregate, long sequence) {}
}
