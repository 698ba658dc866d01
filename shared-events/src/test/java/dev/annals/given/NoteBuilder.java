package dev.annals.given;

import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteReverted;
import dev.annals.events.note.NoteUpdated;
import dev.annals.events.note.NoteValues;
import java.util.List;
import java.util.UUID;

/** Builds values of a note, and the events that set them. */
public final class NoteBuilder {

  private String title = "Title";
  private String content = "";
  private List<String> tags = List.of();

  private NoteBuilder() {}

  /** Begins with the title {@code "Title"} and nothing else. */
  public static NoteBuilder note() {
    return new NoteBuilder();
  }

  public NoteBuilder titled(String title) {
    this.title = title;
    return this;
  }

  public NoteBuilder content(String content) {
    this.content = content;
    return this;
  }

  public NoteBuilder tagged(String... tags) {
    this.tags = List.of(tags);
    return this;
  }

  public NoteValues values() {
    return new NoteValues(title, content, tags);
  }

  public NoteCreated created(UUID noteId, UUID ownerId) {
    return new NoteCreated(noteId, ownerId, values());
  }

  public NoteUpdated updated(UUID noteId, UUID ownerId) {
    return new NoteUpdated(noteId, ownerId, values());
  }

  public NoteReverted reverted(UUID noteId, UUID ownerId, long toVersion) {
    return new NoteReverted(noteId, ownerId, toVersion, values());
  }
}
