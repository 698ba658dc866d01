package dev.annals.query.notification;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;
import static dev.annals.query.model.Listing.translating;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CountOptions;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.ConsistencyToken;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.query.model.Listing;
import dev.annals.query.model.ModelProperties;
import dev.annals.query.model.Writes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bson.conversions.Bson;
import org.springframework.stereotype.Component;

/** Answers what is asked about inboxes. */
@Component
public class InboxQueries {

  static final Bson OLDEST_FIRST = ascending("sequence");
  static final Bson NEWEST_FIRST = descending("sequence");

  private final MongoCollection<NotificationDocument> entries;
  private final MongoCollection<InboxDocument> inboxes;
  private final Inbox inbox;
  private final Writes writes;

  InboxQueries(MongoDatabase database, Inbox inbox) {
    this.inbox = inbox;
    this.writes = inbox.writes();
    MongoDatabase limited = database.withTimeout(ModelProperties.ANSWER, TimeUnit.SECONDS);
    this.entries = limited.getCollection(Inbox.NAME, NotificationDocument.class);
    this.inboxes = limited.getCollection(Inbox.INBOXES, InboxDocument.class);
  }

  /**
   * Waits until inboxes show these changes: that something happened, or that it was read.
   *
   * @throws Refusal {@code read-model-behind} after 5 seconds; at once, whatever is named, while
   *     inboxes are cut back after the event store was restored to an earlier state
   */
  void await(ConsistencyTokens changes) {
    inbox.refuseWhileCutBack();
    if (!changes.tokens().isEmpty()) {
      writes.awaitUntil(() -> translating(() -> shows(changes)));
    }
  }

  private boolean shows(ConsistencyTokens changes) {
    Map<UUID, Long> happened = new HashMap<>(changes.versions(ConsistencyToken.NOTE));
    happened.putAll(changes.versions(ConsistencyToken.TASK));
    Set<String> readings = new HashSet<>();
    changes
        .all(ConsistencyToken.READING)
        .forEach(it -> readings.add(NotificationDocument.id(it.id().toString(), it.version())));
    Set<String> wanted = new HashSet<>(readings);
    happened.forEach((id, version) -> wanted.add(NotificationDocument.id(id.toString(), version)));
    List<NotificationDocument> there = entries.find(in("_id", wanted)).into(new ArrayList<>());
    return there.size() == wanted.size()
        && there.stream().filter(it -> readings.contains(it.id())).allMatch(this::isRead)
        && changes.versions(ConsistencyToken.INBOX).entrySet().stream()
            .allMatch(it -> inbox(it.getKey().toString()).readAll() >= it.getValue());
  }

  private boolean isRead(NotificationDocument entry) {
    return entry.read() || entry.sequence() <= inbox(entry.owner()).readUpTo();
  }

  private InboxDocument inbox(String owner) {
    return Optional.ofNullable(inboxes.find(eq("_id", owner)).first()).orElse(InboxDocument.EMPTY);
  }

  /** A page: oldest first of what comes after a number, if there is one, else newest first. */
  Page<NotificationView> list(
      UUID owner, Optional<Boolean> unread, OptionalLong after, Paging paging) {
    long readUpTo = readUpTo(owner);
    return new Listing<>(entries, null)
        .page(
            filter(owner, unread, after, readUpTo),
            after.isPresent() ? OLDEST_FIRST : NEWEST_FIRST,
            paging)
        .map(entry -> view(entry, readUpTo));
  }

  long unread(UUID owner) {
    Bson unread = filter(owner, Optional.of(true), OptionalLong.empty(), readUpTo(owner));
    return translating(() -> entries.countDocuments(unread));
  }

  /** The first notifications after a number, in order. */
  public List<NotificationView> after(UUID owner, long sequence, int limit) {
    long readUpTo = readUpTo(owner);
    return translating(
        () ->
            entries
                .find(after(owner, sequence))
                .sort(OLDEST_FIRST)
                .limit(limit)
                .map(entry -> view(entry, readUpTo))
                .into(new ArrayList<>()));
  }

  /** How many there are after a number; counts no further than the limit. */
  public long countAfter(UUID owner, long sequence, int limit) {
    return translating(
        () -> entries.countDocuments(after(owner, sequence), new CountOptions().limit(limit)));
  }

  /** Whether there is a notification of that number. */
  public boolean has(UUID owner, long sequence) {
    return translating(
            () ->
                entries.countDocuments(
                    and(eq("owner", owner.toString()), eq("sequence", sequence)),
                    new CountOptions().limit(1)))
        == 1;
  }

  /** The number of the newest notification; 0 if there is none. */
  public long newest(UUID owner) {
    inbox.refuseWhileCutBack();
    return translating(
        () ->
            Optional.ofNullable(
                    entries.find(eq("owner", owner.toString())).sort(NEWEST_FIRST).first())
                .map(NotificationDocument::sequence)
                .orElse(0L));
  }

  /**
   * The last number that was given to each of the owners who have any: a cheap way to see who may
   * have got something. The notification of that number need not be there yet, or ever.
   */
  public Map<UUID, Long> lastNumbers(Collection<UUID> owners) {
    Map<UUID, Long> numbers = new HashMap<>();
    List<String> ids = owners.stream().map(UUID::toString).toList();
    translating(() -> inboxes.find(in("_id", ids)).into(new ArrayList<>()))
        .forEach(inbox -> numbers.put(UUID.fromString(inbox.id()), inbox.last()));
    return numbers;
  }

  static Bson filter(UUID owner, Optional<Boolean> unread, OptionalLong after, long readUpTo) {
    if (unread.equals(Optional.of(true))) {
      return and(
          eq("owner", owner.toString()),
          eq("read", false),
          gt("sequence", Math.max(readUpTo, after.orElse(0))));
    }
    Bson all = after(owner, after.orElse(0));
    return unread.isEmpty() ? all : and(all, or(eq("read", true), lte("sequence", readUpTo)));
  }

  private static Bson after(UUID owner, long sequence) {
    return and(eq("owner", owner.toString()), gt("sequence", sequence));
  }

  private long readUpTo(UUID owner) {
    return translating(() -> inbox(owner.toString()).readUpTo());
  }

  private static NotificationView view(NotificationDocument entry, long readUpTo) {
    return NotificationView.of(entry, entry.sequence() <= readUpTo);
  }
}
