package dev.annals.events.note;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a note was created. */
@Revision("1")
public record NoteCreated(UUID noteId, @Subject UUID ownerId, @JsonUnwrapped NoteValues values)
    implements NoteEvent, NoteEvent.WithValues {}
