package dev.annals.projection.inbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bson.codecs.pojo.annotations.BsonId;
import org.jspecify.annotations.Nullable;

/**
 * The stored state of a user's inbox as a whole. Earlier versions stored the first four components
 * alone, and set {@code readUpTo} without a reading.
 *
 * @param id the user's id
 * @param last the last number that was reserved for an entry; the first is 1, or greater where
 *     inboxes were lost, see {@link Inbox}. Some are never used, none is used twice
 * @param readUpTo entries up to this number are read
 * @param readAll the sequence number of the last event that marked all as read; -1 before the first
 * @param removed the highest number of an entry that was removed; 0 before the first
 * @param cuts the numbers of entries that were cut off after restores, in order
 * @param reads when all entries up to a number were read, in order. Each stands for the entries
 *     that no earlier one read
 */
public record InboxDocument(
    @BsonId String id,
    long last,
    long readUpTo,
    long readAll,
    @Nullable Long removed,
    @Nullable List<Range> cuts,
    @Nullable List<Reading> reads) {

  static final InboxDocument EMPTY = new InboxDocument("", 0, 0, -1, null, null, null);

  private static final int MAX_CUTS = 20;

  public InboxDocument {
    removed = removed == null ? 0 : removed;
    cuts = cuts == null ? List.of() : cuts;
    reads = reads == null ? List.of() : reads;
  }

  /** The numbers from the first to the last, both included. */
  public record Range(long from, long to) {

    boolean contains(long number) {
      return from <= number && number <= to;
    }

    Range with(Range other) {
      return new Range(Math.min(from, other.from), Math.max(to, other.to));
    }
  }

  /** An event that marked all entries up to a number as read. */
  public record Reading(long upTo, Instant at) {}

  boolean isCut(long number) {
    return cuts.stream().anyMatch(range -> range.contains(number));
  }

  /**
   * Returns the cut numbers with some more. If there are too many ranges, those between the oldest
   * two count as cut, too: their readers begin again, and miss nothing.
   */
  List<Range> cutsWith(Range more) {
    List<Range> all = new ArrayList<>();
    Stream.concat(cuts.stream(), Stream.of(more))
        .sorted(Comparator.comparing(Range::from))
        .forEach(
            range -> {
              int last = all.size() - 1;
              if (last >= 0 && range.from() <= all.get(last).to() + 1) {
                all.set(last, all.get(last).with(range));
              } else {
                all.add(range);
              }
            });
    if (all.size() > MAX_CUTS) {
      all.set(1, all.get(0).with(all.get(1)));
      all.remove(0);
    }
    return all;
  }

  /**
   * Returns the readings with one of all present entries. The list stays short: readings at about
   * the same time are one, and so are those whose entries have reached their end.
   *
   * @param before when entries were read whose reading is not stored
   */
  List<Reading> readsWith(Instant at, Duration keep, Supplier<Instant> before) {
    List<Reading> all = new ArrayList<>(reads);
    if (all.isEmpty() && readUpTo > 0) {
      all.add(new Reading(readUpTo, before.get()));
    }
    if (!all.isEmpty()) {
      Reading previous = all.get(all.size() - 1);
      if (previous.upTo() >= last) {
        return all;
      }
      at = at.isAfter(previous.at()) ? at : previous.at();
      if (slot(at, keep) == slot(previous.at(), keep)) {
        all.remove(previous);
      }
    }
    all.add(new Reading(last, at));
    while (all.size() > 1 && all.get(1).at().isBefore(at.minus(keep))) {
      all.remove(0);
    }
    return all;
  }

  private static long slot(Instant at, Duration keep) {
    return at.toEpochMilli() / InboxProperties.slack(keep).toMillis();
  }

  /** Returns the readings if only the entries up to a number were read. */
  List<Reading> readsUpTo(long number) {
    List<Reading> kept = new ArrayList<>();
    for (Reading reading : reads) {
      if (reading.upTo() > number) {
        // A later one may stand for those that it replaced.
        kept.add(new Reading(number, reading.at()));
        break;
      }
      kept.add(reading);
    }
    return kept;
  }

  /**
   * Returns when an entry was read, or nothing if it is unread.
   *
   * @param before when entries were read whose reading is not stored
   */
  Optional<Instant> readAt(NotificationDocument entry, Instant before) {
    Stream.Builder<Instant> times = Stream.builder();
    if (entry.read()) {
      times.add(entry.readAt() == null ? before : entry.readAt());
    }
    if (entry.sequence() <= readUpTo) {
      times.add(
          reads.stream()
              .filter(reading -> entry.sequence() <= reading.upTo())
              .map(Reading::at)
              .findFirst()
              .orElse(before));
    }
    return times.build().min(Comparator.naturalOrder());
  }
}
