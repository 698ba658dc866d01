/**
 * Projections: how a batch of events becomes one write to a read model, why a processor's position
 * (its token) is never ahead of the model, and how read models are listed.
 *
 * <p>Delivery is at least once. A handler only notes the change of its event. When Axon stores the
 * batch's token, {@link dev.annals.projection.model.ModelTokenStore} first folds the changes per
 * document, writes them by one unordered bulk write and makes them durable. Documents contain the
 * sequence of their last event, so a repeated event changes nothing and a missing one is noticed.
 *
 * <p>Each token is stored with the identifier of the event at its position. If the event store is
 * restored to an earlier state, the identifiers differ.
 */
package dev.annals.projection.model;
