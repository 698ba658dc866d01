package dev.annals.push.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The position of a webhook in the notifications of its owner, and the state of its deliveries.
 *
 * @param enabledVersion the version that enabled it
 * @param enabledPosition the position of that event: notifications of later events are delivered
 * @param sequence the last notification of the owner that was looked at
 * @param dueAt the time of the next attempt; null if no delivery is pending
 * @param failingSince the first failed attempt after the last that succeeded; null if none
 * @param paused whether it is about to be disabled
 */
record Cursor(
    UUID webhook,
    UUID owner,
    long enabledVersion,
    long enabledPosition,
    long sequence,
    @Nullable Instant dueAt,
    @Nullable Instant failingSince,
    boolean paused) {

  /** Returns whether there may be notifications after it, up to a number. */
  boolean isBehind(Webhook hook, long newest) {
    return enabledVersion < hook.enabledVersion() || sequence < newest;
  }

  boolean hasFailedSince(Instant limit) {
    return failingSince != null && !failingSince.isAfter(limit);
  }

  /** Returns whether something is left to end when the webhook is disabled. */
  boolean isActive() {
    return dueAt != null || failingSince != null || paused;
  }
}
