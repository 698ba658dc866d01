package dev.annals.events.webhook;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records new values of a webhook, and whether its owner has it enabled. */
@Revision("1")
public record WebhookChanged(
    UUID webhookId, @Subject UUID ownerId, @JsonUnwrapped WebhookValues values, boolean enabled)
    implements WebhookEvent, WebhookEvent.WithValues {}
