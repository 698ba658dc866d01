package dev.annals.query.notification;

import java.time.Instant;

/**
 * A notification as clients see it, in lists and in messages.
 *
 * @param id the event's identifier
 * @param type the event's name
 */
public record NotificationView(
    String id, long sequence, String type, Resource resource, Instant occurredAt, boolean read) {

  /**
   * The note or task.
   *
   * @param kind {@code note} or {@code task}
   * @param version after the event
   * @param title after the event
   */
  public record Resource(String kind, String id, long version, String title) {}

  static NotificationView of(NotificationDocument entry, boolean allRead) {
    return new NotificationView(
        entry.eventId(),
        entry.sequence(),
        entry.type(),
        new Resource(entry.kind(), entry.resourceId(), entry.version(), entry.title()),
        entry.occurredAt(),
        entry.read() || allRead);
  }
}
