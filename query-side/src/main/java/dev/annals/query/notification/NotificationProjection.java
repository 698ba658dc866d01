package dev.annals.query.notification;

import dev.annals.events.identity.UserErased;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationRead;
import dev.annals.events.task.TaskEvent;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.stereotype.Component;

/** Keeps the inboxes. It is never replayed, since clients know the numbers of the entries. */
@Component
@ProcessingGroup(Inbox.NAME)
@DisallowReplay
record NotificationProjection(Inbox inbox, NotificationListener listener) {

  @EventHandler
  void on(NoteEvent event, DomainEventMessage<?> message) {
    batch().add(NotificationDocument.of(message, event.ownerId().toString(), "note", title(event)));
  }

  @EventHandler
  void on(TaskEvent event, DomainEventMessage<?> message) {
    batch().add(NotificationDocument.of(message, event.ownerId().toString(), "task", title(event)));
  }

  @EventHandler
  void on(NotificationRead event, DomainEventMessage<?> message) {
    batch()
        .markRead(
            new InboxBatch.ReadReceipt(
                NotificationDocument.id(event.resourceId().toString(), event.version()),
                event.userId().toString(),
                message.getAggregateIdentifier(),
                message.getSequenceNumber()));
  }

  @EventHandler
  void on(AllNotificationsRead event, @SequenceNumber long sequence) {
    batch().markAllRead(event.userId().toString(), sequence);
  }

  @EventHandler
  void on(UserErased event) {
    batch().drop(event.userId().toString());
  }

  /** Returns the event's title; null if it has none. */
  static String title(Object event) {
    if (event instanceof NoteEvent.WithValues note) {
      return note.values().title();
    }
    return event instanceof TaskEvent.WithValues task ? task.values().title() : null;
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
