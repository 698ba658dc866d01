package dev.annals.http.arrival;

import jakarta.servlet.WriteListener;

/**
 * The listener of a response that is sent without a thread and has no end. Tomcat reads nothing
 * meanwhile, and would notice only by a failing write that the client has gone. So the connection
 * of such a response is watched: {@link #onError} is called at once. What the client sends there
 * after its request is dropped; the response must close the connection.
 */
public interface WatchedListener extends WriteListener {

  /**
   * Accepts an action that closes the connection, even if the client does not read. The action does
   * not block, and has no effect on later connections.
   */
  void onWatched(Runnable cutOff);
}
