package dev.annals.command.notification;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record ReadAllNotifications(UUID userId) {

  @TargetAggregateIdentifier
  UUID inboxId() {
    return Inbox.idOf(userId);
  }
}
