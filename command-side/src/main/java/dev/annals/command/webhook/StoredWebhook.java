package dev.annals.command.webhook;

import dev.annals.api.NotificationTypes;
import dev.annals.events.webhook.WebhookDisabled;
import dev.annals.events.webhook.WebhookValues;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The row of a webhook, without its secrets.
 *
 * @param enabledVersion the version that enabled it last
 */
record StoredWebhook(
    UUID id,
    UUID owner,
    WebhookValues values,
    boolean enabled,
    WebhookDisabled.@Nullable Reason disabledReason,
    long version,
    long enabledVersion,
    Instant createdAt) {

  WebhookView view() {
    return new WebhookView(
        id,
        values.url(),
        Objects.requireNonNullElse(values.types(), NotificationTypes.NAMES),
        values.description(),
        enabled,
        disabledReason,
        version,
        createdAt);
  }
}
