package dev.annals.query.notification;

import java.time.Instant;
import org.bson.codecs.pojo.annotations.BsonId;

/**
 * An entry of an inbox as it is stored: what happened to a note or a task.
 *
 * @param id {@link #id(String, long) the resource's id and version}: known from the event alone, so
 *     that a redelivered event, and the entry before this one, are found by {@code _id}
 * @param eventId the event's identifier, by which clients know the entry
 * @param owner the id of the user whose inbox it is in
 * @param sequence its number in that inbox; 0 until it has one
 * @param type the event's simple class name
 * @param kind {@code note} or {@code task}
 * @param title the resource's, after the event; null until it is known
 * @param read whether it was read by itself; see {@link InboxDocument#readUpTo}
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
    boolean read) {

  static String id(String resourceId, long version) {
    return resourceId + "/" + version;
  }

  /** The id of the same resource's entry before this one. */
  String previousId() {
    return id(resourceId, version - 1);
  }

  NotificationDocument numbered(long number, String knownTitle) {
    return new NotificationDocument(
        id, eventId, owner, number, type, kind, resourceId, version, knownTitle, occurredAt, read);
  }
}
