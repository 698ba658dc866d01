package dev.annals.own;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a reader has added a book. */
@Revision("1")
record BookAdded(UUID bookId, @Subject UUID owner, String title, String author)
    implements BookEvent {}
