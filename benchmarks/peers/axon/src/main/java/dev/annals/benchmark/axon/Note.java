package dev.annals.benchmark.axon;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import java.util.ArrayList;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

@Aggregate
class Note {

  @AggregateIdentifier
  @SuppressWarnings("UnusedVariable") // Axon reads it.
  private String id;

  private String owner;

  Note() {}

  @CommandHandler
  Note(CreateNote command) {
    apply(
        new NoteCreated(
            command.id(),
            command.owner(),
            command.title(),
            command.content(),
            new ArrayList<>(command.tags())));
  }

  @CommandHandler
  void handle(UpdateNote command) {
    if (!owner.equals(command.owner())) {
      throw new IllegalArgumentException("not theirs");
    }
    apply(
        new NoteUpdated(
            command.id(),
            command.owner(),
            command.title(),
            command.content(),
            new ArrayList<>(command.tags())));
  }

  @EventSourcingHandler
  void on(NoteCreated event) {
    id = event.id();
    owner = event.owner();
  }
}
