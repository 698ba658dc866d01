package dev.annals.push.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as clients see it.
 *
 * @param sequence the number of the notification; null for a test
 * @param type the type of the notification, or {@code Test}
 * @param attempts the number of attempts so far
 * @param responseStatus the status of the last answer; null if there was none
 * @param error why the last attempt failed, in a sentence; null if it did not
 * @param lastAttemptAt null before the first attempt
 * @param nextAttemptAt null unless the delivery is pending
 */
record DeliveryView(
    UUID id,
    @Nullable Long sequence,
    String type,
    int attempts,
    Delivery.State state,
    @Nullable Integer responseStatus,
    @Nullable String error,
    @Nullable Instant lastAttemptAt,
    @Nullable Instant nextAttemptAt) {}
