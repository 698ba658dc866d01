package dev.annals.events.notification;

import java.util.UUID;

/** An event of a user's notifications. */
public sealed interface NotificationEvent permits NotificationRead, AllNotificationsRead {

  UUID userId();
}
