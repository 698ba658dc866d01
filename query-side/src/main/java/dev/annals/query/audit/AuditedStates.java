package dev.annals.query.audit;

import dev.annals.audit.EventStates;
import dev.annals.events.identity.EmailVerified;
import dev.annals.events.identity.ErasureCompleted;
import dev.annals.events.identity.PasswordChanged;
import dev.annals.events.identity.PasswordResetMailed;
import dev.annals.events.identity.UserDisabled;
import dev.annals.events.identity.UserEnabled;
import dev.annals.events.identity.UserErased;
import dev.annals.events.identity.UserRegistered;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationRead;
import dev.annals.events.webhook.WebhookChanged;
import dev.annals.events.webhook.WebhookCreated;
import dev.annals.events.webhook.WebhookDeleted;
import dev.annals.events.webhook.WebhookDisabled;
import dev.annals.events.webhook.WebhookEvent;
import dev.annals.events.webhook.WebhookSecretRotated;
import java.time.Instant;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Sets the fields of users, notifications and webhooks that their events set without a value. */
@Component
final class AuditedStates implements EventStates {

  @Override
  public void name(Object payload, Instant at, ObjectNode named) {
    if (payload instanceof UserRegistered) {
      named.put("enabled", true).put("emailVerified", false);
    } else if (payload instanceof EmailVerified) {
      named.put("emailVerified", true);
    } else if (payload instanceof UserDisabled || payload instanceof UserEnabled) {
      named.put("enabled", payload instanceof UserEnabled);
    } else if (payload instanceof UserErased) {
      named.put("erasedAt", at.toString());
    } else if (payload instanceof ErasureCompleted) {
      named.put("erasureCompletedAt", at.toString());
    } else if (payload instanceof PasswordChanged) {
      named.put("passwordChangedAt", at.toString());
    } else if (payload instanceof PasswordResetMailed) {
      named.put("mailedAt", at.toString());
    } else if (payload instanceof NotificationRead || payload instanceof AllNotificationsRead) {
      named.put("readAt", at.toString());
    } else if (payload instanceof WebhookEvent event) {
      name(event, at, named);
    }
  }

  private static void name(WebhookEvent event, Instant at, ObjectNode named) {
    if (event instanceof WebhookEvent.WithValues set && set.values().types() == null) {
      // All: it ends the choice of an earlier event.
      named.putNull("types");
    }
    if (event instanceof WebhookCreated) {
      named.put("enabled", true);
    } else if (event instanceof WebhookChanged changed && changed.enabled()) {
      named.putNull("disabledReason");
    } else if (event instanceof WebhookDisabled) {
      named.put("enabled", false);
    } else if (event instanceof WebhookSecretRotated) {
      named.put("secretRotatedAt", at.toString());
    } else if (event instanceof WebhookDeleted) {
      named.put("deletedAt", at.toString());
    }
  }
}
