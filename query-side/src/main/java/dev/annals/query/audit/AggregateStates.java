package dev.annals.query.audit;

import dev.annals.events.identity.EmailVerified;
import dev.annals.events.identity.ErasureCompleted;
import dev.annals.events.identity.PasswordChanged;
import dev.annals.events.identity.PasswordResetMailed;
import dev.annals.events.identity.UserDisabled;
import dev.annals.events.identity.UserEnabled;
import dev.annals.events.identity.UserErased;
import dev.annals.events.identity.UserRegistered;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationRead;
import dev.annals.events.storage.UnreadableEventException;
import dev.annals.query.history.PointInTime;
import dev.annals.query.resource.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.UnknownSerializedType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Computes the state of any aggregate at some time, from its events. Notes and tasks have a fold of
 * their own. For all others the state has every field of the events with its last value that is not
 * null, and an event that says something by its name alone, such as UserDisabled, sets a field,
 * too.
 */
@Component
record AggregateStates(EventStore events, List<Resource<?, ?, ?>> resources) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * The state of an aggregate at some time.
   *
   * @param version the sequence number of the last event in it
   * @param occurredAt the time of that event
   * @param state for notes and tasks the owner's view; otherwise the fields of the events
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

  private static void name(DomainEventMessage<?> event, ObjectNode named) {
    Object payload = event.getPayload();
    if (payload instanceof UnknownSerializedType) {
      throw UnreadableEventException.ofUnknownType();
    }
    String at = event.getTimestamp().toString();
    if (payload instanceof UserRegistered) {
      named.put("enabled", true).put("emailVerified", false);
    } else if (payload instanceof EmailVerified) {
      named.put("emailVerified", true);
    } else if (payload instanceof UserDisabled || payload instanceof UserEnabled) {
      named.put("enabled", payload instanceof UserEnabled);
    } else if (payload instanceof UserErased) {
      named.put("erasedAt", at);
    } else if (payload instanceof ErasureCompleted) {
      named.put("erasureCompletedAt", at);
    } else if (payload instanceof PasswordChanged) {
      named.put("passwordChangedAt", at);
    } else if (payload instanceof PasswordResetMailed) {
      named.put("mailedAt", at);
    } else if (payload instanceof NotificationRead || payload instanceof AllNotificationsRead) {
      named.put("readAt", at);
    }
    ObjectNode told = JSON.valueToTree(payload);
    told.properties().stream()
        .filter(field -> !field.getValue().isNull())
        .forEach(field -> named.set(field.getKey(), field.getValue()));
  }
}
