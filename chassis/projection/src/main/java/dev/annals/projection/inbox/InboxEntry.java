package dev.annals.projection.inbox;

/**
 * An entry of an inbox, as clients follow it.
 *
 * @param kind the type of the resource, in lower case
 * @param version of the resource, after the entry's event
 * @param superseded whether the inbox is known to have an entry of a later version of the resource
 */
public record InboxEntry(
    String kind, String resourceId, long version, long sequence, boolean superseded) {}
