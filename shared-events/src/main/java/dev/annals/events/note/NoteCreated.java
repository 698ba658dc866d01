package dev.annals.events.note;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A note came to be. */
@Revision("1")
public record NoteCreated(
    UUID noteId,
    @Subject UUID ownerId,
    @Personal String title,
    @Personal String content,
    @Personal List<String> tags)
    implements NoteEvent, NoteValues {}
