package dev.annals.query.notification;

/**
 * Says that an entry was read.
 *
 * @param entry the entry's id
 * @param owner whose inbox it is in
 * @param aggregateId of the event that says so
 * @param sequence of that event
 */
record ReadReceipt(String entry, String owner, String aggregateId, long sequence) {}
