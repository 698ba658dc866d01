package dev.annals.query.note;

import dev.annals.api.NoteView;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.note.NoteValues;
import dev.annals.projection.list.CodePointOrder;
import dev.annals.projection.list.SearchWords;
import dev.annals.projection.resource.ResourceDocument;
import java.time.Instant;
import java.util.List;
import org.bson.codecs.pojo.annotations.BsonId;
import org.jspecify.annotations.Nullable;

/**
 * A stored note. The fields of the values and of the keys are stored beside the others; a field
 * that is null is not stored.
 *
 * @param owner the id of the owner
 * @param lastSequence the version of the note
 * @param deletedAt null unless the note is in the trash
 * @param keys null until they are {@link #derived}
 */
public record NoteDocument(
    @BsonId String id,
    String owner,
    NoteValues values,
    long lastSequence,
    Instant createdAt,
    Instant updatedAt,
    Instant deletedAt,
    Keys keys)
    implements ResourceDocument {

  /**
   * The fields that lists filter and sort by, and no client sees.
   *
   * @param deleted whether the note is in the trash
   * @param titleKey sorts as the title does
   * @param words the words of title and content
   */
  public record Keys(boolean deleted, String titleKey, List<String> words) {}

  /**
   * Returns the note after an event: the fold of the read model and of the history.
   *
   * @param before null for the first event
   */
  static NoteDocument after(
      NoteDocument before, NoteEvent event, long sequence, Instant occurredAt) {
    if (event instanceof NoteCreated created) {
      return new NoteDocument(
          created.noteId().toString(),
          created.ownerId().toString(),
          created.values(),
          sequence,
          occurredAt,
          occurredAt,
          null,
          null);
    } else if (event instanceof NoteEvent.WithValues changed) {
      return before.with(changed.values(), before.deletedAt, sequence, occurredAt);
    } else if (event instanceof NoteDeleted) {
      return before.with(before.values, occurredAt, sequence, occurredAt);
    } else if (event instanceof NoteRestored) {
      return before.with(before.values, null, sequence, occurredAt);
    }
    throw new IllegalArgumentException("No step for " + event.getClass());
  }

  @Override
  public NoteDocument at(long sequence) {
    return with(values, deletedAt, sequence, updatedAt);
  }

  @Override
  public NoteDocument derived() {
    Keys derived =
        new Keys(
            deletedAt != null,
            CodePointOrder.key(values.title()),
            SearchWords.of(values.title(), values.content()));
    return new NoteDocument(
        id, owner, values, lastSequence, createdAt, updatedAt, deletedAt, derived);
  }

  private NoteDocument with(
      NoteValues values, @Nullable Instant deletedAt, long sequence, Instant updatedAt) {
    return new NoteDocument(id, owner, values, sequence, createdAt, updatedAt, deletedAt, null);
  }

  NoteView view() {
    return new NoteView(id, values, lastSequence, createdAt, updatedAt, deletedAt);
  }
}
