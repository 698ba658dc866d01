package dev.annals.own;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a friend has returned a book. */
@Revision("1")
record BookReturned(UUID bookId, @Subject UUID owner) implements BookEvent {}
