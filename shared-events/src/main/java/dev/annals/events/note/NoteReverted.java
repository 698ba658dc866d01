package dev.annals.events.note;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * Records that a note got the values of an earlier version again.
 *
 * @param toVersion the version that had these values
 */
@Revision("1")
public record NoteReverted(
    UUID noteId, @Subject UUID ownerId, long toVersion, @JsonUnwrapped NoteValues values)
    implements NoteEvent, NoteEvent.WithValues {}
