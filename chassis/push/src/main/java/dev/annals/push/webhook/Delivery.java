package dev.annals.push.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A stored delivery: a notification that goes to a webhook, or a test.
 *
 * @param notification the id of the message
 * @param sequence the number of the notification; null for a test
 * @param createdAt the time of the message, for a test
 */
record Delivery(
    UUID id,
    UUID webhook,
    UUID owner,
    UUID notification,
    @Nullable Long sequence,
    String type,
    int attempts,
    Instant createdAt) {

  /** The type of a delivery that the owner asked for. */
  static final String TEST = "Test";

  enum State {
    PENDING,
    DELIVERED,
    FAILED
  }
}
