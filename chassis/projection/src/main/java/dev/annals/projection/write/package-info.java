/**
 * How a batch of events becomes one write to a model.
 *
 * <p>Delivery is at least once. A handler only collects the change of its event. When Axon stores
 * the batch's token, the batch first folds the changes per document, writes them by one unordered
 * bulk write and makes them durable. Documents contain the sequence of their last event, so a
 * repeated event changes nothing and a missing one is noticed.
 */
package dev.annals.projection.write;
