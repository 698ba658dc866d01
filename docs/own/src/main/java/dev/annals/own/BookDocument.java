package dev.annals.own;

import dev.annals.projection.list.CodePointOrder;
import dev.annals.projection.list.SearchWords;
import dev.annals.projection.resource.ResourceDocument;
import java.time.Instant;
import java.util.List;
import org.bson.codecs.pojo.annotations.BsonId;
import org.jspecify.annotations.Nullable;

/** A stored book. The fields of the state and of the keys are stored beside the others. */
public record BookDocument(
    @BsonId String id, String owner, BookState state, long lastSequence, @Nullable Keys keys)
    implements ResourceDocument {

  /**
   * The fields that lists filter and sort by.
   *
   * @param deleted false: books have no trash
   */
  public record Keys(boolean deleted, String titleKey, List<String> words) {}

  @SuppressWarnings("UnusedVariable") // The time of an event is not part of a book.
  static BookDocument after(
      @Nullable BookDocument before, BookEvent event, long sequence, Instant occurredAt) {
    BookState state = BookState.after(before == null ? null : before.state, event);
    return new BookDocument(
        event.bookId().toString(), event.owner().toString(), state, sequence, null);
  }

  @Override
  public BookDocument at(long sequence) {
    return new BookDocument(id, owner, state, sequence, null);
  }

  @Override
  public BookDocument derived() {
    Keys derived =
        new Keys(
            false,
            CodePointOrder.key(state.title()),
            SearchWords.of(state.title(), state.author()));
    return new BookDocument(id, owner, state, lastSequence, derived);
  }

  BookView view() {
    return new BookView(id, state, lastSequence);
  }
}
