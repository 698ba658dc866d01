package dev.annals.events.webhook;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a webhook was created, and enabled. */
@Revision("1")
public record WebhookCreated(
    UUID webhookId, @Subject UUID ownerId, @JsonUnwrapped WebhookValues values)
    implements WebhookEvent, WebhookEvent.WithValues {}
