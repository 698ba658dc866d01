package dev.annals.platform.axon;

import java.util.Optional;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds single events by the one name that clients know them by, which Axon cannot look up. */
@Component
public final class StoredEvents {

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

  private record Place(String aggregate, long sequence) {}
}
