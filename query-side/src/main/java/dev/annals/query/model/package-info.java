/**
 * What every projection shares: how a batch of events becomes one write to a read model, why a
 * processor's position (its token) is never ahead of the model, and how read models are listed.
 *
 * <p>Delivery is at least once. A handler only notes what its event changes; when Axon stores the
 * batch's token, the changes are folded per document, written by one unordered bulk write, made
 * durable, and only then is the token stored. Documents remember the sequence of the last event
 * they hold, so that a repeated event changes nothing and a missing one is noticed.
 *
 * <p>Beside each token is the identifier of the event at its position, by which it is noticed that
 * the event store was restored to an earlier state.
 */
package dev.annals.query.model;
