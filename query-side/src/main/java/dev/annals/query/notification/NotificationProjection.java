package dev.annals.query.notification;

import dev.annals.api.NotificationTypes;
import dev.annals.events.identity.UserErased;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationRead;
import dev.annals.events.task.TaskEvent;
import dev.annals.projection.inbox.Inbox;
import dev.annals.projection.inbox.InboxTypes;
import dev.annals.projection.inbox.InboxWriter;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/** Keeps the inboxes. It is never replayed, since clients know the numbers of the entries. */
@Component
@ProcessingGroup(Inbox.NAME)
@DisallowReplay
public record NotificationProjection(InboxWriter inbox) {

  public static final InboxTypes TYPES =
      new InboxTypes(NotificationTypes.EVENTS, NotificationProjection::title);

  @Bean
  static InboxTypes inboxTypes() {
    return TYPES;
  }

  @EventHandler
  void on(NoteEvent event, DomainEventMessage<?> message) {
    inbox.add(message, event.ownerId());
  }

  @EventHandler
  void on(TaskEvent event, DomainEventMessage<?> message) {
    inbox.add(message, event.ownerId());
  }

  @EventHandler
  void on(NotificationRead event, DomainEventMessage<?> message) {
    inbox.markRead(event.resourceId(), event.version(), event.userId(), message);
  }

  @EventHandler
  void on(AllNotificationsRead event, DomainEventMessage<?> message) {
    inbox.markAllRead(event.userId(), message);
  }

  @EventHandler
  void on(UserErased event) {
    inbox.drop(event.userId());
  }

  /** Returns the event's title; null if it has none. */
  private static String title(Object event) {
    if (event instanceof NoteEvent.WithValues note) {
      return note.values().title();
    }
    return event instanceof TaskEvent.WithValues task ? task.values().title() : null;
  }
}
