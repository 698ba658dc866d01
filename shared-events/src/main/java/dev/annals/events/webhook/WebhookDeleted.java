package dev.annals.events.webhook;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a webhook was deleted, for ever. */
@Revision("1")
public record WebhookDeleted(UUID webhookId, @Subject UUID ownerId) implements WebhookEvent {}
