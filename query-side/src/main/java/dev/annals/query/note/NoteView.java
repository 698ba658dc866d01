package dev.annals.query.note;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/** A note as clients see it; {@code deletedAt} is there only when it is in the trash. */
record NoteView(
    String id,
    String title,
    String content,
    List<String> tags,
    long version,
    Instant createdAt,
    Instant updatedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) Instant deletedAt) {

  static NoteView of(NoteDocument note) {
    return new NoteView(
        note.id(),
        note.title(),
        note.content(),
        note.tags(),
        note.lastSequence(),
        note.createdAt(),
        note.updatedAt(),
        note.deletedAt());
  }
}
