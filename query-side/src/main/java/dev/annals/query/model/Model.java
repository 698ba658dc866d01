package dev.annals.query.model;

import java.util.function.Predicate;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.async.SequencingPolicy;

/** What a processor of its own keeps in the read models' database. */
public interface Model {

  /** The processor's name, which its handlers name as their processing group. */
  String name();

  /** The processor that keeps what is read now, by which what is stored of it is named. */
  default String generation() {
    return name();
  }

  /** Which of the processor's events must be handled one after the other. */
  SequencingPolicy<? super EventMessage<?>> sequencing();

  /**
   * Whether there is something to be shown of an aggregate without this event. If not, its other
   * events are left out, too.
   */
  boolean canSkip(DomainEventMessage<?> event);

  /** Notes, in the place of a handler, that the event's place is taken and that it does nothing. */
  void skip(DomainEventMessage<?> event);

  /**
   * Has it be read only while what a processor keeps can be. Else readers are refused with {@code
   * read-model-behind}.
   */
  void allowReadsIf(Predicate<String> readable);

  /**
   * Creates the indexes that its queries need, and returns when they are there, however long that
   * takes; what exists already costs nothing.
   */
  void createIndexes();
}
