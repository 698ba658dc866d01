package dev.annals.events.note;

import dev.annals.events.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A note was put into the trash. */
@Revision("1")
public record NoteDeleted(UUID noteId, @Subject UUID ownerId) implements NoteEvent {}
