package dev.annals.push;

import java.util.concurrent.Executor;

/** Queues server-sent events for one client. Thread-safe. */
public interface EventSink {

  /**
   * Queues an event.
   *
   * @param id the position after which the client continues
   * @param json one line
   */
  void send(String event, long id, String json);

  /** Returns true while the client has enough to read. Then the source should pause. */
  boolean isBusy();

  /** Returns an executor that reads for this client, one read at a time. */
  Executor executor();
}
