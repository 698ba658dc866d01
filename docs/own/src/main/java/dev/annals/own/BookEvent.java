package dev.annals.own;

import dev.annals.base.event.OwnedEvent;
import java.util.UUID;

/** An event of a book. Its owner is the reader who has added the book. */
sealed interface BookEvent extends OwnedEvent
    permits BookAdded, BookLent, BookReturned, LoanOverdue {

  UUID bookId();
}
