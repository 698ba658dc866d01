package dev.annals.projection.model;

import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.async.SequencingPolicy;

/** A model in the read models' database, with its own processor. */
public interface Model {

  /** Returns the processor's name, which is its handlers' processing group. */
  String name();

  /** Returns the name of the processor of the generation in use, which its stored state has. */
  default String generation() {
    return name();
  }

  /** Returns the policy that says which of the processor's events are handled in order. */
  SequencingPolicy<? super EventMessage<?>> sequencing();

  /** Returns true if an aggregate can do without this event; else its others are skipped, too. */
  boolean canSkip(DomainEventMessage<?> event);

  /** Stores, in place of a handler, that this event was handled without effect. */
  void skip(DomainEventMessage<?> event);

  /**
   * Creates the indexes that its queries need, and returns when they exist, without a time limit.
   * Existing indexes cost nothing.
   */
  void createIndexes();
}
