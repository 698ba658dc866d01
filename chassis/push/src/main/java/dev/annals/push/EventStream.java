package dev.annals.push;

/**
 * A response of server-sent events (HTML, 9.2), which an endpoint that produces {@code
 * text/event-stream} returns. It is sent without a thread, and ends with the caller's token or
 * session, with the program, or when the client does not read.
 */
@FunctionalInterface
public interface EventStream {

  /**
   * Starts to send events to the client. Exceptions are answered as those of the endpoint are.
   *
   * @return what sends the events
   */
  Source open(EventSink sink);

  /** Sends events. Its methods do not block. */
  interface Source {

    /** Continues to send after the client was busy. */
    void wake();

    /** Sends nothing more; further calls do nothing. */
    void end();
  }
}
