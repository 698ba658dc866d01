package dev.annals.command.note;

import dev.annals.events.note.NoteValues;
import dev.annals.http.web.IfMatch;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** A command to a note. */
sealed interface NoteCommand {

  @TargetAggregateIdentifier
  UUID noteId();

  record CreateNote(UUID noteId, UUID ownerId, NoteValues values) implements NoteCommand {}

  record UpdateNote(UUID noteId, UUID requester, IfMatch ifMatch, NoteValues values)
      implements NoteCommand {}

  record RevertNote(UUID noteId, UUID requester, IfMatch ifMatch, long version)
      implements NoteCommand {}

  record DeleteNote(UUID noteId, UUID requester, IfMatch ifMatch) implements NoteCommand {}

  record RestoreNote(UUID noteId, UUID requester, IfMatch ifMatch) implements NoteCommand {}
}
