package dev.annals.projection.inbox;

import java.util.List;
import org.bson.codecs.pojo.annotations.BsonId;
import org.jspecify.annotations.Nullable;

/**
 * The stored state of a user's inbox as a whole. Earlier versions stored the first four components
 * alone.
 *
 * @param id the user's id
 * @param last the last number that was reserved for an entry; the first is 1, or greater where
 *     inboxes were lost, see {@link Inbox}. Some are never used, none is used twice
 * @param readUpTo entries up to this number are read
 * @param readAll the sequence number of the last event that marked all as read; -1 before the first
 * @param removed the highest number of an entry that was removed; 0 before the first
 * @param cuts the numbers of entries that were cut off, in order
 */
public record InboxDocument(
    @BsonId String id,
    long last,
    long readUpTo,
    long readAll,
    @Nullable Long removed,
    @Nullable List<Range> cuts) {

  static final InboxDocument EMPTY = new InboxDocument("", 0, 0, -1, null, null);

  public InboxDocument {
    removed = removed == null ? 0 : removed;
    cuts = cuts == null ? List.of() : cuts;
  }

  /** The numbers from the first to the last, both included. */
  public record Range(long from, long to) {

    boolean contains(long number) {
      return from <= number && number <= to;
    }
  }
}
