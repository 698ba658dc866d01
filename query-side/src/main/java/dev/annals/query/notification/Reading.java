package dev.annals.query.notification;

/**
 * Says that an entry was read.
 *
 * @param entry the entry's id
 * @param aggregateId of the event that says so
 * @param sequence of that event
 */
record Reading(String entry, String aggregateId, long sequence) {}
