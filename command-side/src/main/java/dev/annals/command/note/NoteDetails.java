package dev.annals.command.note;

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
    Instant updatedAt) {}
