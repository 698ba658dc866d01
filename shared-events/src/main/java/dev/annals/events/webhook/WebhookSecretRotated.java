package dev.annals.events.webhook;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a webhook got a new secret. */
@Revision("1")
public record WebhookSecretRotated(UUID webhookId, @Subject UUID ownerId) implements WebhookEvent {}
