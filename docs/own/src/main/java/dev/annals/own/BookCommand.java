package dev.annals.own;

import dev.annals.http.web.IfMatch;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** A command to a book. */
sealed interface BookCommand {

  @TargetAggregateIdentifier
  UUID bookId();

  record AddBook(UUID bookId, UUID owner, String title, String author) implements BookCommand {}

  record LendBook(UUID bookId, UUID requester, IfMatch ifMatch, String borrower, Instant dueAt)
      implements BookCommand {}

  record ReturnBook(UUID bookId, UUID requester, IfMatch ifMatch) implements BookCommand {}

  record MarkOverdue(UUID bookId, Instant dueAt) implements BookCommand {}
}
