package dev.annals.projection.inbox;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Projections.fields;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;
import static dev.annals.projection.list.Listing.translating;
import static java.util.stream.Collectors.toSet;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CountOptions;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.projection.list.Listing;
import dev.annals.projection.model.ModelConfiguration;
import dev.annals.projection.model.ReadYourWrites;
import dev.annals.projection.model.RestoreGuard;
import dev.annals.projection.write.ShardKey;
import dev.annals.push.NotificationSource;
import dev.annals.push.NotificationView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.bson.Document;
import org.bson.conversions.Bson;

/** Queries the inboxes. */
public class InboxQueries implements NotificationSource {

  static final Bson OLDEST_FIRST = ascending("sequence");
  static final Bson NEWEST_FIRST = descending("sequence");

  private final MongoCollection<NotificationDocument> entries;
  private final MongoCollection<InboxDocument> inboxes;
  private final Inbox inbox;
  private final RestoreGuard guard;
  private final ReadYourWrites<Awaited> writes =
      new ReadYourWrites<>(this::lacking, this::lacking, this::lackingOfAnyOwner);

  /**
   * A change that a reader waits for.
   *
   * @param reader the user, who is the inbox's owner unless the token is another user's
   */
  private record Awaited(String reader, ConsistencyToken change) {

    boolean isOfInbox() {
      return change.kind().equals(ConsistencyToken.INBOX);
    }

    boolean isReading() {
      return change.kind().equals(ConsistencyToken.READING);
    }

    /** Returns the id of the entry, unless it is of the inbox as a whole. */
    String entry() {
      return NotificationDocument.id(change.id().toString(), change.version());
    }
  }

  InboxQueries(MongoDatabase database, Inbox inbox, RestoreGuard guard) {
    this.inbox = inbox;
    this.guard = guard;
    inbox.onWrite(writes::signalWrite);
    MongoDatabase limited =
        database.withTimeout(ModelConfiguration.QUERY_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    this.entries = limited.getCollection(Inbox.NAME, NotificationDocument.class);
    this.inboxes = limited.getCollection(Inbox.INBOXES, InboxDocument.class);
  }

  /**
   * Returns once the inboxes show these changes: the entries, and that they are read. See {@link
   * ConsistencyTokens#await}.
   *
   * @param reader the user. The changes may be another user's
   * @throws Refusal {@code read-model-behind}, with or without changes, while inboxes are cut back
   *     after the event store was restored to an earlier state
   */
  public void await(UUID reader, ConsistencyTokens changes) {
    guard.requireReadable(Inbox.NAME);
    changes.await(() -> shown(reader, changes));
  }

  CompletableFuture<Void> shown(UUID reader, ConsistencyTokens changes) {
    List<String> kinds = new ArrayList<>(inbox.types().kinds());
    kinds.addAll(List.of(ConsistencyToken.READING, ConsistencyToken.INBOX));
    Set<Awaited> lacks =
        lacking(
            changes.of(kinds.toArray(String[]::new)).stream()
                .map(change -> new Awaited(reader.toString(), change))
                .collect(toSet()));
    // Once, not while it waits: an entry is removed long after the inbox has shown it.
    lacks.removeIf(this::isRemoved);
    return writes.shown(lacks);
  }

  private boolean isRemoved(Awaited awaited) {
    ConsistencyToken change = awaited.change();
    return !awaited.isOfInbox()
        && translating(
            () ->
                Inbox.newestVersion(entries, awaited.reader(), change.id().toString())
                        > change.version()
                    && entries.find(ShardKey.of(awaited.reader(), awaited.entry())).first()
                        == null);
  }

  /** Returns those that the readers' own inboxes lack. */
  private Set<Awaited> lacking(Set<Awaited> wanted) {
    Set<String> readers = wanted.stream().map(Awaited::reader).collect(toSet());
    return lacking(wanted, ids -> ShardKey.of(readers, ids));
  }

  /** Asks all shards: a token may be another user's, and a skipped event has no owner. */
  private Set<Awaited> lackingOfAnyOwner(Set<Awaited> wanted) {
    return lacking(wanted, ids -> in("_id", ids));
  }

  private Set<Awaited> lacking(Set<Awaited> wanted, Function<Set<String>, Bson> filter) {
    Set<String> ids =
        wanted.stream().filter(it -> !it.isOfInbox()).map(Awaited::entry).collect(toSet());
    Map<String, NotificationDocument> there = new HashMap<>();
    if (!ids.isEmpty()) {
      translating(() -> entries.find(filter.apply(ids)).into(new ArrayList<>()))
          .forEach(entry -> there.put(entry.id(), entry));
    }
    Set<String> owners = new HashSet<>();
    for (Awaited awaited : wanted) {
      NotificationDocument entry = there.get(awaited.entry());
      if (awaited.isOfInbox()) {
        owners.add(awaited.change().id().toString());
      } else if (awaited.isReading() && entry != null && !entry.read()) {
        owners.add(entry.owner());
      }
    }
    Map<String, InboxDocument> known = owners.isEmpty() ? Map.of() : inboxes(owners);
    return wanted.stream().filter(it -> !shows(it, there, known)).collect(toSet());
  }

  private static boolean shows(
      Awaited awaited,
      Map<String, NotificationDocument> entries,
      Map<String, InboxDocument> inboxes) {
    if (awaited.isOfInbox()) {
      return inboxes.getOrDefault(awaited.change().id().toString(), InboxDocument.EMPTY).readAll()
          >= awaited.change().version();
    }
    NotificationDocument entry = entries.get(awaited.entry());
    return entry != null
        && (!awaited.isReading()
            || entry.read()
            || entry.sequence()
                <= inboxes.getOrDefault(entry.owner(), InboxDocument.EMPTY).readUpTo());
  }

  private Map<String, InboxDocument> inboxes(Collection<String> owners) {
    Map<String, InboxDocument> found = new HashMap<>();
    translating(() -> inboxes.find(in("_id", owners)).into(new ArrayList<>()))
        .forEach(inbox -> found.put(inbox.id(), inbox));
    return found;
  }

  private InboxDocument inbox(String owner) {
    return Optional.ofNullable(inboxes.find(eq("_id", owner)).first()).orElse(InboxDocument.EMPTY);
  }

  /** Returns a page: the notifications after a number, oldest first, or all, newest first. */
  public Page<NotificationView> list(
      UUID owner, Optional<Boolean> unread, OptionalLong after, Paging paging) {
    long readUpTo = readUpTo(owner);
    return new Listing<>(
            entries, null, NotificationDocument::id, new Document("owner", owner.toString()))
        .page(
            filter(owner, unread, after, readUpTo),
            after.isPresent() ? OLDEST_FIRST : NEWEST_FIRST,
            paging)
        .map(entry -> view(entry, readUpTo));
  }

  public long unread(UUID owner) {
    Bson unread = filter(owner, Optional.of(true), OptionalLong.empty(), readUpTo(owner));
    return translating(() -> entries.countDocuments(unread));
  }

  @Override
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

  @Override
  public long countAfter(UUID owner, long sequence, int limit) {
    return translating(
        () -> entries.countDocuments(after(owner, sequence), new CountOptions().limit(limit)));
  }

  @Override
  public boolean has(UUID owner, long sequence) {
    return sequence > 0 && exists(owner, sequence);
  }

  private boolean exists(UUID owner, long sequence) {
    return translating(
            () ->
                entries.countDocuments(
                    new Document("owner", owner.toString()).append("sequence", sequence),
                    new CountOptions().limit(1)))
        == 1;
  }

  /** Nothing after the entry that was removed last is gone. */
  @Override
  public boolean isGone(UUID owner, long sequence) {
    // In this order: the number of an entry is stored before the entry is removed.
    boolean missing = sequence > 0 && !has(owner, sequence);
    InboxDocument inbox = translating(() -> inbox(owner.toString()));
    return sequence < inbox.removed()
        || (missing && (sequence > inbox.removed() || inbox.isCut(sequence)));
  }

  /**
   * Returns true if the entry of this number was cut off after a restore of the event store. A
   * removed one was not: no later state of the inbox needs it.
   */
  public boolean isCutOff(UUID owner, long sequence) {
    boolean missing =
        sequence > 0 && !has(owner, sequence) && !exists(owner, Inbox.hidden(sequence));
    InboxDocument inbox = translating(() -> inbox(owner.toString()));
    return inbox.isCut(sequence) || (missing && sequence > inbox.removed());
  }

  @Override
  public long newest(UUID owner) {
    guard.requireReadable(Inbox.NAME);
    long newest =
        translating(
            () ->
                Optional.ofNullable(entries.find(after(owner, 0)).sort(NEWEST_FIRST).first())
                    .map(NotificationDocument::sequence)
                    .orElse(0L));
    return Math.max(newest, translating(() -> inbox(owner.toString()).removed()));
  }

  /**
   * Returns the last reserved number of an owner, or the number before the first, which is higher
   * than all that were given before inboxes were lost.
   *
   * @throws Refusal {@code read-model-behind}, see {@link #await}
   */
  @Override
  public long last(UUID owner) {
    guard.requireReadable(Inbox.NAME);
    Map<String, InboxDocument> found = inboxes(List.of(owner.toString(), Inbox.NEW));
    InboxDocument empty = found.getOrDefault(Inbox.NEW, InboxDocument.EMPTY);
    return found.getOrDefault(owner.toString(), empty).last();
  }

  /**
   * Returns some fields of the first entries after a number, in the order of their numbers, those
   * that are hidden, too. The newest entry of each resource is among all entries; an entry of a
   * smaller number is never added later.
   *
   * @param fields the {@code sequence} is always there
   */
  public List<Document> allAfter(UUID owner, long sequence, int limit, String... fields) {
    return translating(
        () -> {
          // In this order: an entry that is hidden meanwhile is found twice.
          Map<String, Document> found = new HashMap<>();
          allOf(after(owner, sequence), OLDEST_FIRST, limit, fields)
              .forEach(entry -> found.put(entry.getString("_id"), entry));
          Document hidden =
              new Document("owner", owner.toString())
                  .append("sequence", new Document("$lt", Inbox.hidden(sequence)));
          allOf(hidden, NEWEST_FIRST, limit, fields)
              .forEach(
                  entry -> {
                    entry.put("sequence", Inbox.number(entry.getLong("sequence")));
                    found.put(entry.getString("_id"), entry);
                  });
          return found.values().stream()
              .sorted(Comparator.comparing(entry -> entry.getLong("sequence")))
              .limit(limit)
              .toList();
        });
  }

  private List<Document> allOf(Bson filter, Bson order, int limit, String... fields) {
    return entries
        .withDocumentClass(Document.class)
        .find(filter)
        .sort(order)
        .limit(limit)
        .batchSize(limit + 1)
        .projection(fields(include("sequence"), include(fields)))
        .into(new ArrayList<>());
  }

  /**
   * Returns the first entries after a number, as {@link #allAfter} does, and whether others
   * supersede them.
   */
  public List<InboxEntry> entriesAfter(UUID owner, long sequence, int limit) {
    List<Document> found = allAfter(owner, sequence, limit, "kind", "resourceId", "version");
    Map<String, Long> newest = new HashMap<>();
    found.forEach(it -> newest.merge(it.getString("resourceId"), it.getLong("version"), Math::max));
    Set<String> followed = followed(owner, newest);
    return found.stream()
        .map(
            it -> {
              String resource = it.getString("resourceId");
              long version = it.getLong("version");
              return new InboxEntry(
                  it.getString("kind"),
                  resource,
                  version,
                  it.getLong("sequence"),
                  version < newest.get(resource) || followed.contains(resource));
            })
        .toList();
  }

  /** Returns those of the resources that have an entry of the next version, too. */
  private Set<String> followed(UUID owner, Map<String, Long> versions) {
    List<String> next =
        versions.entrySet().stream()
            .map(it -> NotificationDocument.id(it.getKey(), it.getValue() + 1))
            .toList();
    return next.isEmpty()
        ? Set.of()
        : translating(
            () ->
                entries
                    .withDocumentClass(Document.class)
                    .find(ShardKey.of(owner.toString(), next))
                    .projection(include("resourceId"))
                    .batchSize(next.size() + 1)
                    .map(it -> it.getString("resourceId"))
                    .into(new HashSet<>()));
  }

  @Override
  public Map<UUID, Long> lastNumbers(Collection<UUID> owners) {
    Map<UUID, Long> numbers = new HashMap<>();
    inboxes(owners.stream().map(UUID::toString).toList())
        .forEach((owner, inbox) -> numbers.put(UUID.fromString(owner), inbox.last()));
    return numbers;
  }

  @Override
  public List<String> types() {
    return inbox.types().eventNames();
  }

  static Bson filter(UUID owner, Optional<Boolean> unread, OptionalLong after, long readUpTo) {
    if (unread.equals(Optional.of(true))) {
      return after(owner, Math.max(readUpTo, after.orElse(0))).append("read", false);
    }
    Document all = after(owner, after.orElse(0));
    return unread.isEmpty()
        ? all
        : all.append(
            "$or",
            List.of(
                new Document("read", true),
                new Document("sequence", new Document("$lte", readUpTo))));
  }

  private static Document after(UUID owner, long sequence) {
    return new Document("owner", owner.toString())
        // Hidden entries have negative numbers.
        .append("sequence", new Document("$gt", Math.max(0, sequence)));
  }

  private long readUpTo(UUID owner) {
    return translating(() -> inbox(owner.toString()).readUpTo());
  }

  private static NotificationView view(NotificationDocument entry, long readUpTo) {
    return entry.view(entry.sequence() <= readUpTo);
  }
}
