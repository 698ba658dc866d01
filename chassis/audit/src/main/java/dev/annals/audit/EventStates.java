package dev.annals.audit;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** Describes events that say something by their name alone, so that auditors see it in a state. */
@FunctionalInterface
public interface EventStates {

  /** Sets the fields of an event in the state of its aggregate. */
  void name(Object event, Instant at, ObjectNode state);
}
