package dev.annals.events.note;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A note was given new values; all of them are named, changed or not. */
@Revision("1")
public record NoteUpdated(
    UUID noteId,
    @Subject UUID ownerId,
    @Personal String title,
    @Personal String content,
    @Personal List<String> tags)
    implements NoteEvent, NoteValues {}
