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
import java.time.Instant;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Names what events of users and notifications without values say of their state. */
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
    }
  }
}
