package dev.annals.push;

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
   * The resource that changed.
   *
   * @param kind the type of the resource, in lower case
   * @param version after the event
   * @param title after the event
   */
  public record Resource(String kind, String id, long version, String title) {}
}
