package dev.annals.query.note;

import dev.annals.api.NoteView;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.note.NoteValues;
import dev.annals.query.model.CodePointOrder;
import dev.annals.query.model.SearchWords;
import dev.annals.query.resource.ResourceDocument;
import java.time.Instant;
import java.util.List;
import org.bson.codecs.pojo.annotations.BsonId;

/**
 * A note as it is stored to be read.
 *
 * @param owner the id of the user whose note it is
 * @param lastSequence the note's version
 * @param deletedAt null, and not stored, when it is not in the trash
 * @param deleted whether it is in the trash, for indexes
 * @param titleKey what sorts as the title does; null until it is {@link #derived}
 * @param words what is searched: the words of title and content; null until they are derived
 */
public record NoteDocument(
    @BsonId String id,
    String owner,
    String title,
    String content,
    List<String> tags,
    long lastSequence,
    Instant createdAt,
    Instant updatedAt,
    Instant deletedAt,
    boolean deleted,
    String titleKey,
    List<String> words)
    implements ResourceDocument {

  /**
   * The note as an event leaves it: the fold of the read model, and of the history.
   *
   * @param before null for its first event
   */
  static NoteDocument after(
      NoteDocument before, NoteEvent event, long sequence, Instant occurredAt) {
    if (event instanceof NoteCreated created) {
      return created(
          created.noteId().toString(),
          created.ownerId().toString(),
          created.values(),
          sequence,
          occurredAt);
    } else if (event instanceof NoteEvent.WithValues updated) {
      return before.updated(updated.values(), sequence, occurredAt);
    } else if (event instanceof NoteDeleted) {
      return before.deleted(sequence, occurredAt);
    } else if (event instanceof NoteRestored) {
      return before.restored(sequence, occurredAt);
    }
    throw new IllegalArgumentException("No step for " + event.getClass());
  }

  private static NoteDocument created(
      String id, String owner, NoteValues values, long sequence, Instant occurredAt) {
    return of(id, owner, values, sequence, occurredAt, occurredAt, null);
  }

  private NoteDocument updated(NoteValues values, long sequence, Instant occurredAt) {
    return of(id, owner, values, sequence, createdAt, occurredAt, deletedAt);
  }

  private NoteDocument deleted(long sequence, Instant occurredAt) {
    return of(id, owner, values(), sequence, createdAt, occurredAt, occurredAt);
  }

  private NoteDocument restored(long sequence, Instant occurredAt) {
    return of(id, owner, values(), sequence, createdAt, occurredAt, null);
  }

  @Override
  public NoteDocument at(long sequence) {
    return of(id, owner, values(), sequence, createdAt, updatedAt, deletedAt);
  }

  @Override
  public NoteDocument derived() {
    return new NoteDocument(
        id,
        owner,
        title,
        content,
        tags,
        lastSequence,
        createdAt,
        updatedAt,
        deletedAt,
        deleted,
        CodePointOrder.key(title),
        SearchWords.of(title, content));
  }

  private NoteValues values() {
    return new NoteValues(title, content, tags);
  }

  private static NoteDocument of(
      String id,
      String owner,
      NoteValues values,
      long sequence,
      Instant createdAt,
      Instant updatedAt,
      Instant deletedAt) {
    return new NoteDocument(
        id,
        owner,
        values.title(),
        values.content(),
        values.tags(),
        sequence,
        createdAt,
        updatedAt,
        deletedAt,
        deletedAt != null,
        null,
        null);
  }

  /** Returns the note as its owner sees it. */
  NoteView view() {
    return new NoteView(id, values(), lastSequence, createdAt, updatedAt, deletedAt);
  }
}
