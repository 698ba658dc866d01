package dev.annals.command.webhook;

import dev.annals.events.webhook.WebhookDisabled;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A webhook, without its secret.
 *
 * @param types the names of the notifications that are delivered
 * @param disabledReason {@code gone} if the receiver answered 410, {@code failing} if no delivery
 *     succeeded for five days, null if the program has not disabled it
 */
@Schema(name = "Webhook")
record WebhookView(
    UUID id,
    String url,
    List<String> types,
    String description,
    boolean enabled,
    WebhookDisabled.@Nullable Reason disabledReason,
    long version,
    Instant createdAt) {}
