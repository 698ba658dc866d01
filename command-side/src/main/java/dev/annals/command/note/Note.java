package dev.annals.command.note;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.api.NoteView;
import dev.annals.command.EventHistory;
import dev.annals.events.Subject;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.note.NoteReverted;
import dev.annals.events.note.NoteUpdated;
import dev.annals.events.note.NoteValues;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.IfMatch;
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
  @Subject private UUID ownerId;
  @JsonUnwrapped private NoteValues values;
  private boolean deleted;
  private Instant createdAt;
  private Instant updatedAt;

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  NoteView decide(CreateNote command) {
    apply(new NoteCreated(command.noteId(), command.ownerId(), command.values()));
    return view();
  }

  @CommandHandler
  NoteView decide(UpdateNote command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    applyIfItChanges(new NoteUpdated(noteId, ownerId, command.values()));
    return view();
  }

  @CommandHandler
  NoteView decide(RevertNote command, EventHistory versions) {
    requireOwnerOfActive(command.requester());
    NoteValues then =
        versions.last(NoteEvent.WithValues.class, noteId, command.version(), getVersion()).values();
    command.ifMatch().require(getVersion());
    applyIfItChanges(new NoteReverted(noteId, ownerId, command.version(), then));
    return view();
  }

  @CommandHandler
  long decide(DeleteNote command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    apply(new NoteDeleted(noteId, ownerId));
    return getVersion();
  }

  @CommandHandler
  NoteView decide(RestoreNote command) {
    onlyItsOwner(command.requester());
    command.ifMatch().require(getVersion());
    if (!deleted) {
      throw new Refusal(Problem.NOT_DELETED, "The note is not in the trash.");
    }
    apply(new NoteRestored(noteId, ownerId));
    return view();
  }

  @EventSourcingHandler
  void evolve(NoteCreated event, @Timestamp Instant at) {
    noteId = event.noteId();
    ownerId = event.ownerId();
    createdAt = at;
    set(event, at);
  }

  @EventSourcingHandler
  void evolve(NoteUpdated event, @Timestamp Instant at) {
    set(event, at);
  }

  @EventSourcingHandler
  void evolve(NoteReverted event, @Timestamp Instant at) {
    set(event, at);
  }

  @EventSourcingHandler
  void evolve(NoteDeleted event, @Timestamp Instant at) {
    deleted = true;
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(NoteRestored event, @Timestamp Instant at) {
    deleted = false;
    updatedAt = at;
  }

  private void set(NoteEvent.WithValues event, Instant at) {
    values = event.values();
    updatedAt = at;
  }

  private void applyIfItChanges(NoteEvent.WithValues event) {
    if (!values.equals(event.values())) {
      apply(event);
    }
  }

  private void onlyItsOwner(UUID requester) {
    if (!ownerId.equals(requester)) {
      throw Refusal.notFound();
    }
  }

  private void requireOwnerOfActive(UUID requester) {
    onlyItsOwner(requester);
    if (deleted) {
      throw Refusal.notFound();
    }
  }

  private void requireOwnerOfActive(UUID requester, IfMatch ifMatch) {
    requireOwnerOfActive(requester);
    ifMatch.require(getVersion());
  }

  /** Returns the note as its owner sees it, also while it is in the trash. */
  NoteView view() {
    return new NoteView(
        noteId.toString(), values, getVersion(), createdAt, updatedAt, deleted ? updatedAt : null);
  }
}
