package dev.annals.given;

import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteReverted;
import dev.annals.events.note.NoteUpdated;
import dev.annals.events.note.NoteValues;
import java.util.List;
import java.util.UUID;

/** Builds values of a note. What a test does not set is {@code "Title"} or empty. */
public record NoteBuilder(NoteValues values) {

  /** Begins with the defaults. */
  public static NoteBuilder note() {
    return of("Title", "", List.of());
  }

  public NoteBuilder titled(String title) {
    return of(title, values.content(), values.tags());
  }

  public NoteBuilder content(String content) {
    return of(values.title(), content, values.tags());
  }

  public NoteBuilder tagged(String... tags) {
    return of(values.title(), values.content(), List.of(tags));
  }

  public NoteCreated created(UUID noteId, UUID ownerId) {
    return new NoteCreated(noteId, ownerId, values);
  }

  public NoteUpdated updated(UUID noteId, UUID ownerId) {
    return new NoteUpdated(noteId, ownerId, values);
  }

  public NoteReverted reverted(UUID noteId, UUID ownerId, long toVersion) {
    return new NoteReverted(noteId, ownerId, toVersion, values);
  }

  private static NoteBuilder of(String title, String content, List<String> tags) {
    return new NoteBuilder(new NoteValues(title, content, tags));
  }
}
