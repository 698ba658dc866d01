package dev.annals.query.notification;

/**
 * Hears of new notifications after they were stored, each once or, when this process ends too
 * early, never; those of one user mostly in order. It is the way to the instances that users are
 * connected to.
 */
@FunctionalInterface
public interface NotificationListener {

  /** Takes note; returns at once, for the inbox waits. */
  void onNewNotifications(NewNotifications news);
}
