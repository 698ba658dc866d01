package dev.annals.projection.inbox;

import org.bson.codecs.pojo.annotations.BsonId;

/**
 * The stored state of a user's inbox as a whole.
 *
 * @param id the user's id
 * @param last the last number that was reserved for an entry; the first is 1, or greater where
 *     inboxes were lost, see {@link Inbox}. Some are never used, none is used twice
 * @param readUpTo entries up to this number are read
 * @param readAll the sequence number of the last event that marked all as read; -1 before the first
 */
public record InboxDocument(@BsonId String id, long last, long readUpTo, long readAll) {

  static final InboxDocument EMPTY = new InboxDocument("", 0, 0, -1);
}
