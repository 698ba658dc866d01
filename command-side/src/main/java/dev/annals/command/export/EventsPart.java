package dev.annals.command.export;

import dev.annals.platform.axon.AxonConfiguration;
import dev.annals.platform.axon.StoredEvents;
import dev.annals.platform.security.Caller;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Everything that ever happened to what is theirs, in the order in which each thing began. */
@Component
class EventsPart implements ExportPart {

  private final StoredEvents stored;
  private final EventStore events;

  EventsPart(StoredEvents stored, EventStore events) {
    this.stored = stored;
    this.events = events;
  }

  private record Line(
      String aggregateType,
      String aggregateId,
      long sequence,
      String type,
      Instant occurredAt,
      @Nullable Object actor,
      Object payload) {}

  @Override
  public void write(Caller caller, Export export) throws IOException {
    export.begin("events.jsonl");
    Iterator<UUID> own =
        stored.begunBy(caller.userId(), "User", "Note", "Task", "Notification", "Inbox");
    while (own.hasNext()) {
      Iterator<? extends DomainEventMessage<?>> all =
          events.readEvents(own.next().toString(), 0).asStream().iterator();
      while (all.hasNext()) {
        DomainEventMessage<?> event = all.next();
        export.line(
            new Line(
                event.getType(),
                event.getAggregateIdentifier(),
                event.getSequenceNumber(),
                event.getPayloadType().getSimpleName(),
                event.getTimestamp(),
                event.getMetaData().get(AxonConfiguration.ACTOR),
                event.getPayload()));
      }
    }
  }
}
