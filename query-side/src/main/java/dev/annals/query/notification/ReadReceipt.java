package dev.annals.query.notification;

/**
 * An event that marks an entry as read.
 *
 * @param entry the entry's id
 * @param owner of the inbox
 * @param aggregateId of the event
 * @param sequence of the event
 */
record ReadReceipt(String entry, String owner, String aggregateId, long sequence) {}
