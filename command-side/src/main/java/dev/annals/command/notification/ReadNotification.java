package dev.annals.command.notification;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** To be sent only for a note's or task's event of that user. */
record ReadNotification(UUID notificationId, UUID userId, UUID resourceId, long version) {

  @TargetAggregateIdentifier
  UUID aggregateId() {
    return Notification.idOf(notificationId);
  }
}
