package dev.annals.query.model;

import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one event changes in one document.
 *
 * @param id the document's id
 * @param owner whose document it is; null if the event cannot be read
 * @param sequence the event's sequence number in its aggregate
 * @param step makes the document as it is after the event from the one before; gets null for the
 *     first event
 */
record Change<D extends ModelDocument>(
    String id, @Nullable UUID owner, long sequence, UnaryOperator<D> step) {}
