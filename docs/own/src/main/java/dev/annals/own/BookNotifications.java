package dev.annals.own;

import dev.annals.projection.inbox.Inbox;
import dev.annals.projection.inbox.InboxTypes;
import dev.annals.projection.inbox.InboxWriter;
import java.util.Map;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/** Notifies readers of each event of their books. */
@Component
@ProcessingGroup(Inbox.NAME)
@DisallowReplay
record BookNotifications(InboxWriter inbox) {

  @Bean
  static InboxTypes inboxTypes() {
    return new InboxTypes(
        Map.of("Book", BookEvent.class),
        event -> event instanceof BookAdded added ? added.title() : null);
  }

  @EventHandler
  void on(BookEvent event, DomainEventMessage<?> message) {
    inbox.add(message, event.owner());
  }
}
