package dev.annals.command.notification;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.annals.events.notification.NotificationRead;
import dev.annals.http.web.NameBasedUuids;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

/** A notification that was read. */
@Aggregate
class Notification {

  @AggregateIdentifier private UUID id;

  /** Marks a notification as read. The sender checks that it is one of the user. */
  record ReadNotification(UUID notificationId, UUID userId, UUID resourceId, long version) {

    @TargetAggregateIdentifier
    UUID aggregateId() {
      return Notification.idOf(notificationId);
    }
  }

  /** Returns a derived id, so that the event store refuses a second reading. */
  static UUID idOf(UUID notificationId) {
    return NameBasedUuids.of("notification", notificationId.toString());
  }

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
  void decide(ReadNotification command) {
    boolean alreadyRead = id != null;
    if (!alreadyRead) {
      apply(
          new NotificationRead(
              command.notificationId(), command.userId(), command.resourceId(), command.version()));
    }
  }

  @EventSourcingHandler
  void evolve(NotificationRead event) {
    id = idOf(event.notificationId());
  }
}
