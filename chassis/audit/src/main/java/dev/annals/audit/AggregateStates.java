package dev.annals.audit;

import dev.annals.eventstore.storage.UnreadableEventException;
import dev.annals.projection.history.PointInTime;
import dev.annals.projection.resource.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.UnknownSerializedType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Computes the state of any aggregate at some time, from its events. Resources have a fold of their
 * own. For all others the state has every field of the events with its last value that is not null,
 * and the fields that {@link EventStates} sets.
 */
record AggregateStates(EventStore events, List<Resource<?, ?, ?>> resources, EventStates names) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * The state of an aggregate at some time.
   *
   * @param version the sequence number of the last event in it
   * @param occurredAt the time of that event
   * @param state for a resource the owner's view; otherwise the fields of the events
   */
  record AggregateState(
      String aggregateType, String aggregateId, long version, Instant occurredAt, Object state) {}

  /** Returns the aggregate's state; empty if it did not exist then, or never had that version. */
  Optional<AggregateState> at(UUID id, PointInTime pointInTime) {
    DomainEventMessage<?> last = null;
    ObjectNode named = JSON.createObjectNode();
    DomainEventStream stream = events.readEvents(id.toString(), 0);
    while (stream.hasNext() && pointInTime.includes(stream.peek())) {
      last = stream.next();
      name(last, named);
    }
    if (last == null || !pointInTime.isAt(last.getSequenceNumber())) {
      return Optional.empty();
    }
    return Optional.of(
        new AggregateState(
            last.getType(),
            id.toString(),
            last.getSequenceNumber(),
            last.getTimestamp(),
            folded(last, id).orElse(named)));
  }

  private Optional<Object> folded(DomainEventMessage<?> last, UUID id) {
    return resources.stream()
        .filter(resource -> resource.aggregateType().equals(last.getType()))
        .findAny()
        .flatMap(
            resource ->
                resource
                    .history(events)
                    .viewAt(id, PointInTime.ofVersion(last.getSequenceNumber())));
  }

  private void name(DomainEventMessage<?> event, ObjectNode named) {
    Object payload = event.getPayload();
    if (payload instanceof UnknownSerializedType) {
      throw UnreadableEventException.ofUnknownType();
    }
    names.name(payload, event.getTimestamp(), named);
    ObjectNode told = JSON.valueToTree(payload);
    told.properties().stream()
        .filter(field -> !field.getValue().isNull())
        .forEach(field -> named.set(field.getKey(), field.getValue()));
  }
}
