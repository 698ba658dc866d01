package dev.annals.push;

import java.util.List;
import java.util.UUID;

/**
 * New notifications of one user, which the inbox contains already.
 *
 * @param previous the number before the first: a client that has it has missed nothing
 * @param notifications at least one, in order
 */
public record NewNotifications(UUID owner, long previous, List<NotificationView> notifications) {

  public NewNotifications {
    notifications = List.copyOf(notifications);
  }
}
