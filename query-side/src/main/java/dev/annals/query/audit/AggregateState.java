package dev.annals.query.audit;

import java.time.Instant;

/**
 * What an aggregate was.
 *
 * @param version the sequence number of the last event in it
 * @param occurredAt when that event happened
 * @param state of notes and tasks, what their owner saw; of all else, what its events name
 */
record AggregateState(
    String aggregateType, String aggregateId, long version, Instant occurredAt, Object state) {}
