package dev.annals.projection.inbox;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.nin;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.max;
import static com.mongodb.client.model.Updates.set;
import static java.util.stream.Collectors.toSet;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.projection.model.RestoreGuard;
import dev.annals.projection.write.ModelDurability;
import dev.annals.projection.write.ShardKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Removes the notifications that were kept long enough, see {@link InboxProperties}. The newest
 * entry of each resource is hidden instead, since the next one follows it, and takes its title. A
 * later run deletes it once that is there.
 *
 * <p>Each process runs it. All steps can be repeated, by several processes at once: an entry's
 * number is stored as removed before the entry goes.
 */
final class InboxRetention implements SmartInitializingSingleton {

  private static final Duration INTERVAL = Duration.ofHours(1);
  private static final Duration FIRST_DELAY = Duration.ofMinutes(10);

  /** The inboxes that are read, and the entries that are read and removed, by one command. */
  static final int PIECE = 500;

  /** A run ends after the inbox in which it has read so many pieces. The next one continues. */
  private static final int MAX_PIECES = 1_000;

  /**
   * The time of the first reading of an entry that the last look has left, or that of the look if
   * it is earlier. An inbox without it was not looked through.
   */
  static final String OLDEST_READ = "oldestRead";

  /** The same for events whose entries are unread. */
  private static final String OLDEST_UNREAD = "oldestUnread";

  private final Inbox inbox;
  private final MongoCollection<NotificationDocument> entries;
  private final MongoCollection<InboxDocument> inboxes;
  private final InboxProperties keep;
  private final ModelDurability durability;
  private final RestoreGuard guard;
  private final Clock clock;
  private final PeriodicTasks tasks;
  private final Counter removed;

  InboxRetention(
      Inbox inbox,
      MongoDatabase database,
      InboxProperties keep,
      ModelDurability durability,
      RestoreGuard guard,
      Clock clock,
      PeriodicTasks tasks,
      MeterRegistry metrics) {
    this.inbox = inbox;
    this.entries = database.getCollection(Inbox.NAME, NotificationDocument.class);
    this.inboxes = database.getCollection(Inbox.INBOXES, InboxDocument.class);
    this.keep = keep;
    this.durability = durability;
    this.guard = guard;
    this.clock = clock;
    this.tasks = tasks;
    this.removed = metrics.counter("annals.notifications.removed");
  }

  @Override
  public void afterSingletonsInstantiated() {
    Duration interval = shorter(INTERVAL, keep.shorter());
    tasks.runEvery(shorter(FIRST_DELAY, interval), interval, () -> run(MAX_PIECES));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Removes entries of the inboxes that have some to remove, until it has read so many pieces. */
  void run(int maxPieces) {
    Instant now = clock.instant();
    Instant before = inbox.firstRun();
    int pieces = 0;
    String last = "";
    List<Document> page;
    do {
      page = inboxesAfter(last);
      for (Document it : page) {
        last = it.getString("_id");
        if (isDue(it, now)) {
          if (pieces >= maxPieces) {
            return;
          }
          // An entry whose next one is cut off must stay.
          guard.requireReadable(Inbox.NAME);
          pieces += inbox.find(last).map(owner -> look(owner, now, before)).orElse(0);
        }
      }
    } while (page.size() == PIECE);
  }

  private List<Document> inboxesAfter(String last) {
    return inboxes
        .withDocumentClass(Document.class)
        .find(and(gt("_id", last), nin("_id", Inbox.NOT_OWNERS)))
        .sort(ascending("_id"))
        .projection(include(OLDEST_READ, OLDEST_UNREAD))
        .limit(PIECE)
        .batchSize(PIECE + 1)
        .into(new ArrayList<>());
  }

  private boolean isDue(Document inbox, Instant now) {
    return isOver(inbox.getDate(OLDEST_READ), keep.keepRead(), now)
        || isOver(inbox.getDate(OLDEST_UNREAD), keep.keepUnread(), now);
  }

  // An inbox is looked through when a hundredth of its time has passed, not for each entry.
  private static boolean isOver(@Nullable Date oldest, Duration keep, Instant now) {
    return oldest == null
        || oldest.toInstant().isBefore(now.minus(keep).minus(InboxProperties.slack(keep)));
  }

  /** Looks through an inbox, and returns the number of pieces. */
  private int look(InboxDocument owner, Instant now, Instant before) {
    inboxes.updateOne(eq("_id", owner.id()), set(OLDEST_READ, Instant.EPOCH));
    Instant oldestRead = now;
    Instant oldestUnread = now;
    long number = Long.MIN_VALUE;
    int pieces = 0;
    List<NotificationDocument> piece;
    do {
      piece = next(owner.id(), number);
      pieces++;
      List<NotificationDocument> ended = new ArrayList<>();
      for (NotificationDocument entry : piece) {
        number = entry.sequence();
        Optional<Instant> readAt = owner.readAt(entry, before);
        Instant from = readAt.orElse(entry.occurredAt());
        Duration kept = readAt.isPresent() ? keep.keepRead() : keep.keepUnread();
        if (entry.isHidden() || !from.plus(kept).isAfter(now)) {
          ended.add(entry);
        } else if (readAt.isPresent()) {
          oldestRead = earlier(oldestRead, from);
        } else {
          oldestUnread = earlier(oldestUnread, from);
        }
      }
      remove(owner.id(), ended);
    } while (piece.size() == PIECE);
    inboxes.updateOne(
        // An old entry that was added meanwhile may have been missed.
        and(eq("_id", owner.id()), exists(OLDEST_READ)),
        combine(set(OLDEST_READ, oldestRead), set(OLDEST_UNREAD, oldestUnread)));
    return pieces;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private List<NotificationDocument> next(String owner, long number) {
    return entries
        .find(new Document("owner", owner).append("sequence", new Document("$gt", number)))
        .sort(InboxQueries.OLDEST_FIRST)
        .limit(PIECE)
        .batchSize(PIECE + 1)
        .into(new ArrayList<>());
  }

  private void remove(String owner, List<NotificationDocument> ended) {
    Set<String> followed = followed(owner, ended);
    List<NotificationDocument> gone =
        ended.stream().filter(it -> followed.contains(it.id()) || !it.isHidden()).toList();
    if (gone.isEmpty()) {
      return;
    }
    long highest = gone.stream().mapToLong(NotificationDocument::number).max().orElseThrow();
    inboxes.updateOne(eq("_id", owner), max("removed", highest));
    durability.force();
    List<UpdateOneModel<NotificationDocument>> hidden =
        gone.stream()
            .filter(it -> !followed.contains(it.id()))
            .map(
                it ->
                    new UpdateOneModel<NotificationDocument>(
                        ShardKey.of(owner, it.id()), set("sequence", Inbox.hidden(it.number()))))
            .toList();
    if (!hidden.isEmpty()) {
      entries.bulkWrite(hidden, new BulkWriteOptions().ordered(false));
    }
    if (!followed.isEmpty()) {
      entries.deleteMany(ShardKey.of(owner, followed));
    }
    removed.increment((double) gone.stream().filter(it -> !it.isHidden()).count());
  }

  /**
   * Returns the ids of the entries that the next one of their resource follows. One without an
   * owner, of a skipped event, has no title.
   */
  private Set<String> followed(String owner, List<NotificationDocument> ended) {
    Set<String> next = ended.stream().map(NotificationDocument::nextId).collect(toSet());
    Set<String> there =
        next.isEmpty()
            ? Set.of()
            : entries
                .withDocumentClass(Document.class)
                .find(ShardKey.of(owner, next))
                .projection(include("_id"))
                .batchSize(next.size() + 1)
                .map(it -> it.getString("_id"))
                .into(new HashSet<>());
    return ended.stream()
        .filter(it -> there.contains(it.nextId()))
        .map(NotificationDocument::id)
        .collect(toSet());
  }
}
