package dev.annals.events.notification;

import dev.annals.base.event.OwnedEvent;
import java.util.UUID;

/** An event of a user's notifications. */
public sealed interface NotificationEvent extends OwnedEvent
    permits NotificationRead, AllNotificationsRead {

  UUID userId();

  @Override
  default UUID owner() {
    return userId();
  }
}
