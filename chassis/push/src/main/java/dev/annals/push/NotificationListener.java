package dev.annals.push;

/**
 * Is told of new notifications after they are stored, at most once, and of one user mostly in
 * order. The push to connected clients implements it.
 */
@FunctionalInterface
public interface NotificationListener {

  /** Takes new notifications. Returns at once, since the projection waits. */
  void onNewNotifications(NewNotifications news);
}
