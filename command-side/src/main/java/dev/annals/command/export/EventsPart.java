package dev.annals.command.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.eventstore.storage.UnreadableEventException;
import dev.annals.http.security.Caller;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.UnknownSerializedType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Exports all events of a user's aggregates, the oldest aggregate first. */
@Component
record EventsPart(StoredEvents stored, EventStore events) implements ExportPart {

  private record Line(
      String aggregateType,
      String aggregateId,
      long sequence,
      String type,
      @Nullable Instant occurredAt,
      @Nullable Object actor,
      @Nullable Object payload,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String unreadable) {}

  @Override
  public void write(Caller caller, Export export) throws IOException {
    export.begin("events.jsonl");
    Iterator<UUID> ids =
        stored.createdBy(
            caller.userId(), "User", "Note", "Task", "Notification", "Inbox", "Webhook");
    while (ids.hasNext()) {
      Iterator<? extends DomainEventMessage<?>> all =
          events.readEvents(ids.next().toString(), 0).asStream().iterator();
      while (all.hasNext()) {
        export.line(line(all.next()));
      }
    }
  }

  private static Line line(DomainEventMessage<?> event) {
    Instant occurredAt = null;
    Object actor = null;
    Object payload = null;
    String unreadable = null;
    try {
      occurredAt = event.getTimestamp();
      Object stored = event.getPayload();
      if (stored instanceof UnknownSerializedType) {
        throw UnreadableEventException.ofUnknownType();
      }
      actor = event.getMetaData().get(AxonConfiguration.ACTOR);
      payload = stored;
    } catch (RuntimeException failure) {
      unreadable = UnreadableEventException.reason(failure).orElseThrow(() -> failure);
    }
    Class<?> type = event.getPayloadType();
    return new Line(
        event.getType(),
        event.getAggregateIdentifier(),
        event.getSequenceNumber(),
        type == UnknownSerializedType.class ? "?" : type.getSimpleName(),
        occurredAt,
        actor,
        payload,
        unreadable);
  }
}
