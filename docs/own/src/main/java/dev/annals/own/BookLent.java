package dev.annals.own;

import dev.annals.base.event.Personal;
import dev.annals.base.event.Subject;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a reader has lent a book. The name of the borrower is encrypted. */
@Revision("1")
record BookLent(UUID bookId, @Subject UUID owner, @Personal String borrower, Instant dueAt)
    implements BookEvent {}
