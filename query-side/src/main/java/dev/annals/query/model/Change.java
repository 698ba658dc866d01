package dev.annals.query.model;

import java.util.function.UnaryOperator;

/**
 * What one event changes in one document.
 *
 * @param id the document's id
 * @param sequence the event's sequence number in its aggregate
 * @param step makes the document as it is after the event from the one before; gets null for the
 *     first event
 */
record Change<D extends ModelDocument>(String id, long sequence, UnaryOperator<D> step) {}
