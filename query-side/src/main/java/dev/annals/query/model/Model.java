package dev.annals.query.model;

import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.async.SequencingPolicy;

/** What a processor of its own keeps in the read models' database. */
public interface Model {

  /** The processor's name, which its handlers name as their processing group. */
  String name();

  /** Which of the processor's events must be handled one after the other. */
  SequencingPolicy<? super EventMessage<?>> sequencing();

  /**
   * Creates the indexes that its queries need, and returns when they are there, however long that
   * takes; what exists already costs nothing.
   */
  void createIndexes();
}
