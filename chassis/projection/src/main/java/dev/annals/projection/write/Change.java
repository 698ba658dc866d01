package dev.annals.projection.write;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The change that one event makes to one document.
 *
 * @param id the document's id
 * @param owner the document's owner; null if the event cannot be read
 * @param sequence the event's sequence number in its aggregate
 * @param step returns the document after the event, given the one before; null for the first event
 */
record Change<D extends ModelDocument>(
    String id, @Nullable String owner, long sequence, UnaryOperator<D> step) {}
