package dev.annals.command.notification;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** Marks a notification as read. The sender checks that it is one of the user. */
record ReadNotification(UUID notificationId, UUID userId, UUID resourceId, long version) {

  @TargetAggregateIdentifier
  UUID aggregateId() {
    return Notification.idOf(notificationId);
  }
}
