package dev.annals.events.note;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that the owner of a note set its values; all are named, changed or not. */
@Revision("1")
public record NoteUpdated(UUID noteId, @Subject UUID ownerId, @JsonUnwrapped NoteValues values)
    implements NoteEvent, NoteEvent.WithValues {}
