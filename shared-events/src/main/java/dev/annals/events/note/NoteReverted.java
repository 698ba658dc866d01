package dev.annals.events.note;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A note was given the values that it had before.
 *
 * @param toVersion the version that had them
 */
@Revision("1")
public record NoteReverted(
    UUID noteId,
    @Subject UUID ownerId,
    long toVersion,
    @Personal String title,
    @Personal String content,
    @Personal List<String> tags)
    implements NoteEvent, NoteValues {}
