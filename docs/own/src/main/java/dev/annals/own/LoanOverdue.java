package dev.annals.own;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that the due time of a loan has passed. */
@Revision("1")
record LoanOverdue(UUID bookId, @Subject UUID owner) implements BookEvent {}
