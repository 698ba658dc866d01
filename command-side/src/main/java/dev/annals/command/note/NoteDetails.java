package dev.annals.command.note;

import dev.annals.events.note.NoteCreated;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A note as a command left it, in the shape that clients see. */
record NoteDetails(
    UUID id,
    String title,
    String content,
    List<String> tags,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /** A note as it was when it was created. */
  static NoteDetails created(NoteCreated event, Instant at) {
    return new NoteDetails(event.noteId(), event.title(), event.content(), event.tags(), 0, at, at);
  }
}
