package dev.annals.query.model;

import dev.annals.platform.axon.StoredEvents;
import java.time.Instant;

/** A model that is never built anew, since clients know what it has given out. */
public interface Unreplayable extends Model {

  /**
   * Prepares it for its first event ever. Where there are events already, the model was there
   * before and is lost.
   */
  void begin(StoredEvents events, Instant now);

  /**
   * Cuts it back to what stored events say, after the event store was restored to an earlier state.
   * Nobody else writes to it meanwhile. It can be repeated.
   *
   * @param extendClaim to be called every few seconds
   * @return a position up to which it holds what the events say; -1 for none. Each event after it
   *     is delivered, again or for the first time
   */
  long cutBack(StoredEvents events, Instant now, Runnable extendClaim);
}
