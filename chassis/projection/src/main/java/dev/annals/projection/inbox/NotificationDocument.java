package dev.annals.projection.inbox;

import dev.annals.push.NotificationView;
import java.time.Instant;
import org.axonframework.eventhandling.DomainEventMessage;
import org.bson.codecs.pojo.annotations.BsonId;
import org.jspecify.annotations.Nullable;

/**
 * A stored entry of an inbox: an event of a resource.
 *
 * @param id {@link #id(String, long) the resource's id and version}: known from the event alone, so
 *     that a repeated event and the previous entry are found by {@code _id}
 * @param eventId the event's identifier, which is the entry's id for clients
 * @param owner the id of the user with this inbox
 * @param sequence its number in that inbox; 0 until it has one; {@link Inbox#hidden negative} once
 *     it is hidden
 * @param type the event's simple class name
 * @param kind the type of the aggregate, in lower case
 * @param title the resource's title after the event; null until it is known
 * @param read whether it was marked as read on its own; see {@link InboxDocument#readUpTo}
 * @param readAt when that was; null also if an earlier version marked it
 */
public record NotificationDocument(
    @BsonId String id,
    String eventId,
    String owner,
    long sequence,
    String type,
    String kind,
    String resourceId,
    long version,
    String title,
    Instant occurredAt,
    boolean read,
    @Nullable Instant readAt) {

  /** Returns the entry of an event, without its number; read unless it belongs to a user. */
  static NotificationDocument of(
      DomainEventMessage<?> event, String owner, String kind, @Nullable String title) {
    return new NotificationDocument(
        id(event.getAggregateIdentifier(), event.getSequenceNumber()),
        event.getIdentifier(),
        owner,
        0,
        event.getPayloadType().getSimpleName(),
        kind,
        event.getAggregateIdentifier(),
        event.getSequenceNumber(),
        title,
        event.getTimestamp(),
        owner.equals(Inbox.NO_OWNER),
        null);
  }

  NotificationView view(boolean allRead) {
    return new NotificationView(
        eventId,
        sequence,
        type,
        new NotificationView.Resource(kind, resourceId, version, title),
        occurredAt,
        read || allRead);
  }

  static String id(String resourceId, long version) {
    return resourceId + "/" + version;
  }

  String previousId() {
    return id(resourceId, version - 1);
  }

  String nextId() {
    return id(resourceId, version + 1);
  }

  boolean isHidden() {
    return sequence < 0;
  }

  /** Returns its number, also if it is hidden. */
  long number() {
    return Inbox.number(sequence);
  }

  NotificationDocument numbered(long number, String knownTitle) {
    return new NotificationDocument(
        id,
        eventId,
        owner,
        number,
        type,
        kind,
        resourceId,
        version,
        knownTitle,
        occurredAt,
        read,
        readAt);
  }
}
