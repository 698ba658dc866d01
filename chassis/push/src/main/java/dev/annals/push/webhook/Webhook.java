package dev.annals.push.webhook;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A webhook, without its address and its secrets.
 *
 * @param types the types of notifications that it gets; null means all
 * @param enabledVersion the version of the webhook that enabled it last
 */
public record Webhook(
    UUID id, UUID owner, @Nullable Set<String> types, State state, long enabledVersion) {

  /** Whether a webhook gets notifications. */
  public enum State {
    ENABLED,
    DISABLED,
    /** It is enabled, and its owner is not: notifications wait. */
    RESTING
  }

  boolean wants(String type) {
    return types == null || types.contains(type);
  }
}
