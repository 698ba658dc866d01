package dev.annals.events.note;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a note was moved to the trash. */
@Revision("1")
public record NoteDeleted(UUID noteId, @Subject UUID ownerId) implements NoteEvent {}
