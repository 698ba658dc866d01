/**
 * The processors of models: their positions, which are never ahead of the model, and the replays
 * that build new generations.
 *
 * <p>Each token is stored with the identifier of the event at its position. If the event store is
 * restored to an earlier state, the identifiers differ.
 */
package dev.annals.projection.replay;
