package dev.annals.events.notification;

import java.util.UUID;

/** What can happen to a user's notifications. */
public sealed interface NotificationEvent permits NotificationRead, AllNotificationsRead {

  /** The user whose notifications they are. */
  UUID userId();
}
