package dev.annals.projection.model;

import dev.annals.eventstore.axon.StoredEvents;
import java.time.Instant;

/** A model that is never rebuilt, since clients know its numbers. */
public interface Unreplayable extends Model {

  /** Prepares the model for its first event. If events exist already, an earlier model was lost. */
  void begin(StoredEvents events, Instant now);

  /**
   * Cuts the model back to the stored events after the event store was restored to an earlier
   * state. No other process writes to it meanwhile. Can be repeated.
   *
   * @param extendClaim must be called every few seconds
   * @return a position up to which the model holds the stored events; -1 for none. Each later event
   *     is delivered, again or for the first time
   */
  long cutBack(StoredEvents events, Instant now, Runnable extendClaim);
}
