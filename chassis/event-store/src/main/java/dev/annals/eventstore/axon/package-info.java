/**
 * The event store: Axon's storage engine, event source and repositories on PostgreSQL. No other
 * package depends on the kind of store.
 */
package dev.annals.eventstore.axon;
