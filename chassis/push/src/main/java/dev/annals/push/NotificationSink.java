package dev.annals.push;

/** Encodes notifications for one client, and queues them. */
interface NotificationSink {

  /** A {@link AsyncApiController.Resync}. */
  String RESYNC = "{\"type\":\"Resync\"}";

  /** Returns true while the client has enough to read. */
  boolean isBusy();

  void sendNotification(long sequence, String json);

  /**
   * Tells the client to read the list.
   *
   * @param newest the number after which it gets all notifications
   */
  void sendResync(long newest);
}
