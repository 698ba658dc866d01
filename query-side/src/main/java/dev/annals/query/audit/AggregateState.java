package dev.annals.query.audit;

import java.time.Instant;

/**
 * The state of an aggregate at some time.
 *
 * @param version the sequence number of the last event in it
 * @param occurredAt the time of that event
 * @param state for notes and tasks the owner's view; otherwise the fields of the events
 */
record AggregateState(
    String aggregateType, String aggregateId, long version, Instant occurredAt, Object state) {}
