package dev.annals.command.note;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.api.NoteView;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.note.NoteReverted;
import dev.annals.events.note.NoteUpdated;
import dev.annals.events.note.NoteValues;
import dev.annals.eventstore.aggregate.EventHistory;
import dev.annals.eventstore.aggregate.Ownership;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

@Aggregate
@Revision("1")
class Note {

  @AggregateIdentifier private UUID noteId;
  @JsonUnwrapped private Ownership ownership;
  @JsonUnwrapped private NoteValues values;
  private Instant createdAt;
  private Instant updatedAt;

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  NoteView decide(NoteCommand.CreateNote command) {
    apply(new NoteCreated(command.noteId(), command.ownerId(), command.values()));
    return view();
  }

  @CommandHandler
  NoteView decide(NoteCommand.UpdateNote command) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    applyIfItChanges(new NoteUpdated(noteId, ownership.ownerId(), command.values()));
    return view();
  }

  @CommandHandler
  NoteView decide(NoteCommand.RevertNote command, EventHistory history) {
    ownership.requireOwnerOfActive(command.requester());
    NoteEvent.WithValues then =
        history.last(NoteEvent.WithValues.class, noteId, command.version(), getVersion());
    command.ifMatch().require(getVersion());
    applyIfItChanges(
        new NoteReverted(noteId, ownership.ownerId(), command.version(), then.values()));
    return view();
  }

  @CommandHandler
  long decide(NoteCommand.DeleteNote command) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    apply(new NoteDeleted(noteId, ownership.ownerId()));
    return getVersion();
  }

  @CommandHandler
  NoteView decide(NoteCommand.RestoreNote command) {
    ownership.requireOwnerOfDeleted(command.requester(), command.ifMatch(), "note");
    apply(new NoteRestored(noteId, ownership.ownerId()));
    return view();
  }

  @EventSourcingHandler
  void evolve(NoteCreated event, @Timestamp Instant at) {
    noteId = event.noteId();
    ownership = new Ownership(event.ownerId(), false);
    createdAt = at;
    evolve((NoteEvent.WithValues) event, at);
  }

  @EventSourcingHandler
  void evolve(NoteEvent.WithValues event, @Timestamp Instant at) {
    values = event.values();
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(NoteDeleted event, @Timestamp Instant at) {
    ownership = ownership.deleted(true);
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(NoteRestored event, @Timestamp Instant at) {
    ownership = ownership.deleted(false);
    updatedAt = at;
  }

  private void applyIfItChanges(NoteEvent.WithValues event) {
    if (!values.equals(event.values())) {
      apply(event);
    }
  }

  /** Returns the note as its owner sees it, also while it is in the trash. */
  NoteView view() {
    return new NoteView(
        noteId.toString(),
        values,
        getVersion(),
        createdAt,
        updatedAt,
        ownership.deleted() ? updatedAt : null);
  }
}
