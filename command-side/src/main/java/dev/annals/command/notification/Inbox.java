package dev.annals.command.notification;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.http.web.NameBasedUuids;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

/** All notifications of a user. It does not know them, so each reading of all is an event. */
@Aggregate
@Revision("1")
class Inbox {

  @AggregateIdentifier
  @SuppressWarnings("UnusedVariable") // Axon reads it.
  private UUID id;

  record ReadAllNotifications(UUID userId) {

    @TargetAggregateIdentifier
    UUID inboxId() {
      return Inbox.idOf(userId);
    }
  }

  static UUID idOf(UUID userId) {
    return NameBasedUuids.of("inbox", userId.toString());
  }

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
  long decide(ReadAllNotifications command) {
    apply(new AllNotificationsRead(command.userId()));
    return getVersion();
  }

  @EventSourcingHandler
  void evolve(AllNotificationsRead event) {
    id = idOf(event.userId());
  }
}
