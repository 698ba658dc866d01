package dev.annals.command.note;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import dev.annals.command.EventHistory;
import dev.annals.command.export.ExportedResource;
import dev.annals.events.Personal;
import dev.annals.events.Subject;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.note.NoteReverted;
import dev.annals.events.note.NoteUpdated;
import dev.annals.events.note.NoteValues;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.IfMatch;
import java.time.Instant;
import java.util.List;
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
  @Personal private String title;
  @Personal private String content;
  @Personal private List<String> tags;
  private boolean deleted;
  private Instant createdAt;
  private Instant updatedAt;

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  NoteDetails decide(CreateNote command) {
    apply(
        new NoteCreated(
            command.noteId(),
            command.ownerId(),
            command.title(),
            command.content(),
            command.tags()));
    return details();
  }

  @CommandHandler
  NoteDetails decide(UpdateNote command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    NoteUpdated updated =
        new NoteUpdated(noteId, ownerId, command.title(), command.content(), command.tags());
    applyIfItChanges(updated);
    return details();
  }

  @CommandHandler
  NoteDetails decide(RevertNote command, EventHistory versions) {
    requireOwnerOfActive(command.requester());
    NoteValues then = versions.last(NoteValues.class, noteId, command.version(), getVersion());
    command.ifMatch().require(getVersion());
    applyIfItChanges(
        new NoteReverted(
            noteId, ownerId, command.version(), then.title(), then.content(), then.tags()));
    return details();
  }

  @CommandHandler
  long decide(DeleteNote command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    apply(new NoteDeleted(noteId, ownerId));
    return getVersion();
  }

  @CommandHandler
  NoteDetails decide(RestoreNote command) {
    onlyItsOwner(command.requester());
    command.ifMatch().require(getVersion());
    if (!deleted) {
      throw new Refusal(Problem.NOT_DELETED, "The note is not in the trash.");
    }
    apply(new NoteRestored(noteId, ownerId));
    return details();
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

  private void set(NoteValues values, Instant at) {
    title = values.title();
    content = values.content();
    tags = values.tags();
    updatedAt = at;
  }

  private void applyIfItChanges(NoteValues values) {
    boolean changes =
        !(title.equals(values.title())
            && content.equals(values.content())
            && tags.equals(values.tags()));
    if (changes) {
      apply(values);
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

  /** As it is now, be it in the trash. */
  ExportedResource kept() {
    return new ExportedResource(details(), deleted ? updatedAt : null);
  }

  private NoteDetails details() {
    return new NoteDetails(noteId, title, content, tags, getVersion(), createdAt, updatedAt);
  }
}
