package dev.annals.events.webhook;

import dev.annals.base.event.OwnedEvent;
import java.util.UUID;

/** An event of a webhook. */
public sealed interface WebhookEvent extends OwnedEvent
    permits WebhookCreated, WebhookChanged, WebhookDisabled, WebhookSecretRotated, WebhookDeleted {

  UUID webhookId();

  UUID ownerId();

  @Override
  default UUID owner() {
    return ownerId();
  }

  /** An event that sets all values of a webhook. */
  sealed interface WithValues permits WebhookCreated, WebhookChanged {

    WebhookValues values();
  }
}
