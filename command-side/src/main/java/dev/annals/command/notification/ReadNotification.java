package dev.annals.command.notification;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Marks a notification as read. The sender has checked that it is of an event of the user's note or
 * task.
 */
record ReadNotification(UUID notificationId, UUID userId, UUID resourceId, long version) {

  @TargetAggregateIdentifier
  UUID aggregateId() {
    return Notification.idOf(notificationId);
  }
}
