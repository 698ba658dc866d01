package dev.annals.query.note;

import dev.annals.query.model.CodePointOrder;
import dev.annals.query.model.ModelDocument;
import dev.annals.query.model.SearchWords;
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
 * @param titleKey what sorts as the title does
 * @param words what is searched: the words of title and content
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
    implements ModelDocument {

  static NoteDocument created(
      String id, String owner, Values values, long sequence, Instant occurredAt) {
    return of(id, owner, values, sequence, occurredAt, occurredAt, null);
  }

  NoteDocument updated(Values values, long sequence, Instant occurredAt) {
    return of(id, owner, values, sequence, createdAt, occurredAt, deletedAt);
  }

  NoteDocument deleted(long sequence, Instant occurredAt) {
    return of(id, owner, values(), sequence, createdAt, occurredAt, occurredAt);
  }

  NoteDocument restored(long sequence, Instant occurredAt) {
    return of(id, owner, values(), sequence, createdAt, occurredAt, null);
  }

  private Values values() {
    return new Values(title, content, tags);
  }

  private static NoteDocument of(
      String id,
      String owner,
      Values values,
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
        CodePointOrder.key(values.title()),
        SearchWords.of(values.title(), values.content()));
  }

  /** What a user can set. */
  record Values(String title, String content, List<String> tags) {}
}
