package dev.annals.command.webhook;

import dev.annals.events.webhook.WebhookDisabled.Reason;
import dev.annals.events.webhook.WebhookValues;
import dev.annals.http.web.IfMatch;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** A command to a webhook. */
sealed interface WebhookCommand {

  @TargetAggregateIdentifier
  UUID webhookId();

  record CreateWebhook(UUID webhookId, UUID ownerId, WebhookValues values)
      implements WebhookCommand {}

  record ChangeWebhook(
      UUID webhookId, UUID requester, IfMatch ifMatch, WebhookValues values, boolean enabled)
      implements WebhookCommand {}

  record RotateSecret(UUID webhookId, UUID requester) implements WebhookCommand {}

  record DeleteWebhook(UUID webhookId, UUID requester, IfMatch ifMatch) implements WebhookCommand {}

  /**
   * Disables a webhook whose receiver does not work.
   *
   * @param enabledVersion the version that enabled it; a webhook that was enabled again stays so
   */
  record DisableWebhook(UUID webhookId, long enabledVersion, Reason reason)
      implements WebhookCommand {}
}
