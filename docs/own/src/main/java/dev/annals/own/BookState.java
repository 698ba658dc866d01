package dev.annals.own;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.annals.base.event.Personal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a book: a fold of its events, for the aggregate and the read model alike.
 *
 * @param borrower null unless the book is lent
 * @param dueAt null unless the book is lent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BookState(
    String title,
    String author,
    @Personal @Nullable String borrower,
    @Nullable Instant dueAt,
    boolean overdue) {

  static BookState after(@Nullable BookState before, BookEvent event) {
    if (event instanceof BookAdded added) {
      return new BookState(added.title(), added.author(), null, null, false);
    } else if (event instanceof BookLent lent) {
      return before.with(lent.borrower(), lent.dueAt(), false);
    } else if (event instanceof BookReturned) {
      return before.with(null, null, false);
    }
    return before.with(before.borrower, before.dueAt, true);
  }

  private BookState with(@Nullable String borrower, @Nullable Instant dueAt, boolean overdue) {
    return new BookState(title, author, borrower, dueAt, overdue);
  }
}
