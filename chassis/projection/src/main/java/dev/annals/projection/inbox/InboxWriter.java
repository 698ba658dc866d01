package dev.annals.projection.inbox;

import dev.annals.push.NotificationListener;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Collects the writes of a batch of events to the inboxes. For the event handlers of a projection
 * in the processing group {@link Inbox#NAME}, which is never replayed.
 */
public record InboxWriter(Inbox inbox, NotificationListener listener) {

  /**
   * Adds a notification of an event.
   *
   * @param title the resource's title after the event; null if the event does not set it
   */
  public void add(DomainEventMessage<?> event, UUID owner, @Nullable String title) {
    String kind = InboxTypes.kind(event.getType());
    batch().add(NotificationDocument.of(event, owner.toString(), kind, title));
  }

  /** Marks the notification of a resource's version as read, because of an event. */
  public void markRead(UUID resource, long version, UUID owner, DomainEventMessage<?> event) {
    batch()
        .markRead(
            new InboxBatch.ReadReceipt(
                NotificationDocument.id(resource.toString(), version),
                owner.toString(),
                event.getAggregateIdentifier(),
                event.getSequenceNumber()));
  }

  /** Marks all notifications before an event as read. */
  public void markAllRead(UUID owner, long sequence) {
    batch().markAllRead(owner.toString(), sequence);
  }

  /** Deletes an erased user's inbox. */
  public void drop(UUID owner) {
    batch().drop(owner.toString());
  }

  private InboxBatch batch() {
    UnitOfWork<?> unit = CurrentUnitOfWork.get().root();
    InboxBatch batch = unit.getResource(Inbox.NAME);
    if (batch != null) {
      return batch;
    }
    InboxBatch first = new InboxBatch(inbox, listener);
    unit.resources().put(Inbox.NAME, first);
    unit.afterCommit(committed -> first.announce());
    return first;
  }
}
