package dev.annals.projection.inbox;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.max;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.setOnInsert;
import static com.mongodb.client.model.Updates.unset;
import static java.util.stream.Collectors.toSet;

import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import dev.annals.base.event.OwnedEvent;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.http.web.NameBasedUuids;
import dev.annals.projection.list.Listing;
import dev.annals.projection.model.ModelProperties;
import dev.annals.projection.model.Unreplayable;
import dev.annals.projection.write.BatchWrite.FailedEvent;
import dev.annals.projection.write.Erased;
import dev.annals.projection.write.MissingEventException;
import dev.annals.projection.write.ModelDurability;
import dev.annals.projection.write.Removal;
import dev.annals.projection.write.ShardKey;
import dev.annals.push.NewNotifications;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.async.SequencingPolicy;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Writes the inboxes of all users. An entry gets its number once: numbers are reserved durably
 * before entries are written, an existing entry keeps its number, and entries are inserted in order
 * until one fails, so the rest, which gets higher numbers in the next attempt, is later in the
 * order of events too.
 *
 * <p>The newest entry of each resource stays, see {@link InboxRetention}: the next one follows it,
 * and an entry is known to be removed if a later one is there.
 *
 * <p>No number is used twice, even if inboxes are lost: new ones then begin at the current time in
 * microseconds since 1970, which is higher than any number used before, and less than 2^53 until
 * 2255.
 */
public class Inbox implements Unreplayable {

  /** The name of the collection of entries, and of the processor. */
  public static final String NAME = "notifications";

  /** The collection of the documents that describe an inbox as a whole. */
  static final String INBOXES = "inboxes";

  /** A list is of one owner, by sequence in either direction. */
  static final List<Bson> INDEXES =
      List.of(
          new Document("owner", 1).append("sequence", 1),
          new Document("owner", 1).append("read", 1).append("sequence", 1));

  /** The id of the document that new inboxes start from; others have an owner's id. */
  static final String NEW = "new";

  /** The id of the document with the time of {@link #firstRun}. */
  private static final String FIRST_RUN = "first-run";

  private static final int CHUNK = 1_000;
  static final String NO_OWNER = new UUID(0, 0).toString();

  /** The ids of the documents of inboxes that no user has. */
  static final List<String> NOT_OWNERS = List.of(NEW, FIRST_RUN, NO_OWNER);

  private static final FindOneAndUpdateOptions RETURN_AFTER =
      new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER);
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
  private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

  private final InboxTypes types;
  private final MongoCollection<NotificationDocument> entries;
  private final MongoCollection<InboxDocument> inboxes;
  private final InboxProperties keep;
  private final ModelDurability durability;
  private final Erased erased;
  private final Clock clock;
  private final boolean guarded;
  private volatile Runnable onWrite = () -> {};

  Inbox(
      InboxTypes types,
      MongoDatabase database,
      ModelProperties properties,
      InboxProperties keep,
      ModelDurability durability,
      Erased erased,
      Clock clock) {
    this.types = types;
    this.entries = database.getCollection(NAME, NotificationDocument.class);
    this.inboxes = database.getCollection(INBOXES, InboxDocument.class);
    this.keep = keep;
    this.durability = durability;
    this.erased = erased;
    this.clock = clock;
    this.guarded = properties.guarded();
  }

  InboxTypes types() {
    return types;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** In order for each owner, as their entries are numbered. */
  @Override
  public SequencingPolicy<EventMessage<?>> sequencing() {
    return message -> owner(message.getPayload());
  }

  private static UUID owner(Object event) {
    return event instanceof OwnedEvent owned ? owned.owner() : null;
  }

  /** Returns the entry of an event, without its number. */
  NotificationDocument draft(DomainEventMessage<?> event, String owner) {
    String kind = InboxTypes.kind(event.getType());
    return NotificationDocument.of(event, owner, kind, types.title().apply(event.getPayload()));
  }

  @Override
  public boolean canSkip(DomainEventMessage<?> event) {
    return true;
  }

  /**
   * Adds an entry without owner, for the resource's next entry to follow. It contains nothing of
   * the resource, since no erasure deletes it. If the resource's previous entry is missing, the
   * owner was erased, and no other entry follows.
   */
  @Override
  public void skip(DomainEventMessage<?> event) {
    if (types.aggregateTypes().contains(event.getType())) {
      String kind = InboxTypes.kind(event.getType());
      String title = event.getSequenceNumber() == 0 ? "" : null;
      NotificationDocument entry = NotificationDocument.of(event, NO_OWNER, kind, title);
      add(List.of(entry), new ArrayList<>());
    }
  }

  @Override
  public void createIndexes() {
    entries
        .withTimeout(0, TimeUnit.SECONDS)
        .createIndexes(INDEXES.stream().map(IndexModel::new).toList());
  }

  /** Returns the erased users among these owners. Their entries must be deleted. */
  Set<String> erased(Set<String> owners) {
    return erased.amongIds(users(owners));
  }

  /** Returns the owners who are known to be erased. Their entries need not be written. */
  Set<String> knownErased(Set<String> owners) {
    return erased.knownAmongIds(users(owners));
  }

  private static Set<String> users(Set<String> owners) {
    Set<String> users = new HashSet<>(owners);
    users.remove(NO_OWNER);
    return users;
  }

  /**
   * Deletes these users' inboxes. Later deliveries can only repeat earlier events of theirs.
   *
   * @param extendClaim runs between the steps of a long removal
   */
  void drop(Set<String> owners, Runnable extendClaim) {
    Removal.delete(entries, owners, extendClaim);
    inboxes.deleteMany(in("_id", owners));
    // Earlier versions stored the resource's title there.
    entries.updateMany(and(eq("owner", NO_OWNER), gt("version", 0L)), unset("title"));
  }

  /** Sets the listener that is called after each batch, once readers can see it. */
  void onWrite(Runnable told) {
    onWrite = told;
  }

  void signalWrite() {
    onWrite.run();
  }

  /**
   * Adds those of the entries that were not stored before.
   *
   * @param drafts without numbers, in the order of their events
   * @return the new notifications of each owner who got some
   */
  List<NewNotifications> add(List<NotificationDocument> drafts, List<FailedEvent> failed) {
    List<NewNotifications> added = addMissing(drafts, failed);
    lookAgain(
        drafts.stream().filter(it -> isOld(it.occurredAt())).map(NotificationDocument::owner));
    return added;
  }

  private List<NewNotifications> addMissing(
      List<NotificationDocument> drafts, List<FailedEvent> failed) {
    Map<String, NotificationDocument> known = read(drafts);
    Set<String> removed = removed(drafts, known);
    Map<String, NotificationDocument> missing = new LinkedHashMap<>();
    for (NotificationDocument draft : drafts) {
      if (known.containsKey(draft.id()) || removed.contains(draft.id())) {
        continue;
      }
      if (draft.version() > 0
          && !known.containsKey(draft.previousId())
          && !missing.containsKey(draft.previousId())) {
        failed.add(
            new FailedEvent(
                draft.resourceId(),
                draft.version() - 1,
                new MissingEventException(NAME, draft.resourceId(), draft.version())));
      } else {
        missing.put(draft.id(), draft);
      }
    }
    if (missing.isEmpty()) {
      return List.of();
    }
    Map<String, Long> before = reserve(missing.values());
    Map<String, Long> numbers = new HashMap<>(before);
    Map<String, List<NotificationDocument>> news = new LinkedHashMap<>();
    List<NotificationDocument> inOrder = new ArrayList<>();
    for (NotificationDocument draft : missing.values()) {
      NotificationDocument entry =
          draft.numbered(
              numbers.merge(draft.owner(), 1L, Long::sum),
              draft.owner().equals(NO_OWNER) ? draft.title() : title(draft, known));
      known.put(entry.id(), entry);
      inOrder.add(entry);
      news.computeIfAbsent(entry.owner(), owner -> new ArrayList<>()).add(entry);
    }
    entries.insertMany(inOrder);
    return news.entrySet().stream()
        .map(
            it ->
                new NewNotifications(
                    UUID.fromString(it.getKey()),
                    before.get(it.getKey()),
                    it.getValue().stream().map(entry -> entry.view(false)).toList()))
        .toList();
  }

  private Map<String, NotificationDocument> read(List<NotificationDocument> drafts) {
    Set<String> owners = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (NotificationDocument draft : drafts) {
      owners.add(draft.owner());
      ids.add(draft.id());
      ids.add(draft.previousId());
    }
    Map<String, NotificationDocument> stored = new HashMap<>();
    find(owners, ids).forEach(entry -> stored.put(entry.id(), entry));
    return stored;
  }

  /** Finds entries of these owners' resources, also those of skipped events. */
  private List<NotificationDocument> find(Set<String> owners, Collection<String> ids) {
    return owners.contains(NO_OWNER)
        ? findOfAnyOwner(ids)
        : find(ShardKey.of(orNone(owners), ids), ids.size());
  }

  /** Asks all shards. An administrator skips each of these events, which cannot be read. */
  private List<NotificationDocument> findOfAnyOwner(Collection<String> ids) {
    return find(in("_id", ids), ids.size());
  }

  private List<NotificationDocument> find(Bson filter, int size) {
    return entries.find(filter).batchSize(size + 1).into(new ArrayList<>());
  }

  private Optional<NotificationDocument> find(String owner, String id) {
    return find(Set.of(owner), Set.of(id)).stream().findFirst();
  }

  private static Set<String> orNone(Collection<String> owners) {
    Set<String> all = new HashSet<>(owners);
    all.add(NO_OWNER);
    return all;
  }

  /**
   * Returns the ids of the entries that were removed: after a restore of the event store their
   * events can come again.
   */
  private Set<String> removed(
      List<NotificationDocument> drafts, Map<String, NotificationDocument> known) {
    List<NotificationDocument> old =
        drafts.stream()
            .filter(it -> !known.containsKey(it.id()) && isOld(it.occurredAt()))
            .toList();
    if (old.isEmpty()) {
      return Set.of();
    }
    Set<String> owners = new HashSet<>();
    inboxes
        .find(in("_id", old.stream().map(NotificationDocument::owner).collect(toSet())))
        .forEach(
            inbox -> {
              if (inbox.removed() > 0) {
                owners.add(inbox.id());
              }
            });
    Map<String, Long> newest = new HashMap<>();
    return old.stream()
        .filter(it -> owners.contains(it.owner()))
        .filter(
            it ->
                it.version()
                    < newest.computeIfAbsent(
                        it.resourceId(), resource -> newestVersion(entries, it.owner(), resource)))
        .map(NotificationDocument::id)
        .collect(toSet());
  }

  /** Returns true if an event of that time may have an entry that was removed, or soon is. */
  private boolean isOld(Instant time) {
    return !time.isAfter(clock.instant().minus(keep.oldAge()));
  }

  /** Lets {@link InboxRetention} look for old entries that it has not seen in its last look. */
  private void lookAgain(Stream<String> owners) {
    Set<String> some = owners.collect(toSet());
    if (!some.isEmpty()) {
      inboxes.updateMany(in("_id", some), unset(InboxRetention.OLDEST_READ));
    }
  }

  /** Returns the version of the newest entry of the owner's resource, or -1 if there is none. */
  static long newestVersion(MongoCollection<?> entries, String owner, String resourceId) {
    // A range of ids, which begin with the resource's.
    Document ids = new Document("$gt", resourceId + "/").append("$lt", resourceId + "0");
    return Optional.ofNullable(
            entries
                .withDocumentClass(Document.class)
                .find(
                    new Document("owner", new Document("$in", orNone(List.of(owner))))
                        .append("_id", ids))
                .sort(descending("version"))
                .projection(include("version"))
                .first())
        .map(entry -> entry.getLong("version"))
        .orElse(-1L);
  }

  /** Reserves a number for each entry, and returns for each owner the number before the first. */
  private Map<String, Long> reserve(Collection<NotificationDocument> missing) {
    Map<String, Long> counts = new HashMap<>();
    missing.forEach(entry -> counts.merge(entry.owner(), 1L, Long::sum));
    Map<String, Long> before = counts.size() > 1 ? reserveTogether(counts) : new HashMap<>();
    if (before.isEmpty()) {
      counts.forEach(
          (owner, count) -> {
            InboxDocument inbox = reserve(owner, count);
            if (inbox == null) {
              create(owner);
              inbox = reserve(owner, count);
            }
            before.put(owner, inbox.last() - count);
          });
    }
    // An entry's number, which a client may know, must not be used again.
    durability.force();
    return before;
  }

  /**
   * Reserves the numbers of all owners, or of none: if another process has just reserved some for
   * one of the owners, all that were reserved here stay unused.
   */
  private Map<String, Long> reserveTogether(Map<String, Long> counts) {
    Set<String> ids = new HashSet<>(counts.keySet());
    ids.add(NEW);
    Map<String, Long> last = new HashMap<>();
    inboxes
        .find(in("_id", ids))
        .batchSize(ids.size() + 1)
        .forEach(inbox -> last.put(inbox.id(), inbox.last()));
    long first = last.getOrDefault(NEW, InboxDocument.EMPTY.last());
    Map<String, Long> before = new HashMap<>();
    List<UpdateOneModel<InboxDocument>> writes = new ArrayList<>();
    int created = 0;
    for (Map.Entry<String, Long> owner : counts.entrySet()) {
      Document id = new Document("_id", owner.getKey());
      Long seen = last.get(owner.getKey());
      if (seen == null) {
        created++;
        writes.add(new UpdateOneModel<>(id, setOnCreation(first + owner.getValue()), UPSERT));
      } else {
        writes.add(
            new UpdateOneModel<>(
                // The embedded server, which one process uses, finds it by the id alone.
                guarded ? id.append("last", seen) : id, inc("last", owner.getValue())));
      }
      before.put(owner.getKey(), seen == null ? first : seen);
    }
    BulkWriteResult reserved = inboxes.bulkWrite(writes, UNORDERED);
    boolean all =
        reserved.getUpserts().size() == created
            && reserved.getMatchedCount() == counts.size() - created;
    return all ? before : new HashMap<>();
  }

  private InboxDocument reserve(String owner, long count) {
    return inboxes.findOneAndUpdate(eq("_id", owner), inc("last", count), RETURN_AFTER);
  }

  private void create(String owner) {
    long first = find(NEW).orElse(InboxDocument.EMPTY).last();
    inboxes.updateOne(eq("_id", owner), setOnCreation(first), UPSERT);
  }

  private static Bson setOnCreation(long last) {
    return combine(
        setOnInsert("last", last), setOnInsert("readUpTo", 0L), setOnInsert("readAll", -1L));
  }

  private String title(NotificationDocument draft, Map<String, NotificationDocument> known) {
    NotificationDocument last = draft;
    while (last != null && last.title() == null) {
      last = known.computeIfAbsent(last.previousId(), id -> find(draft.owner(), id).orElse(null));
    }
    return last == null ? "" : last.title();
  }

  /** Marks entries as read. A receipt of a removed one changes nothing. */
  void markRead(List<InboxWriter.ReadReceipt> receipts, List<FailedEvent> failed) {
    if (receipts.isEmpty()) {
      return;
    }
    Map<String, InboxWriter.ReadReceipt> missing = new LinkedHashMap<>();
    receipts.forEach(receipt -> missing.putIfAbsent(receipt.entry(), receipt));
    BulkWriteResult marked =
        entries.bulkWrite(
            missing.values().stream()
                .map(
                    receipt ->
                        new UpdateOneModel<NotificationDocument>(
                            ShardKey.of(receipt.owner(), receipt.entry()),
                            combine(set("read", true), set("readAt", receipt.at()))))
                .toList(),
            UNORDERED);
    lookAgain(
        receipts.stream()
            .filter(receipt -> isOld(receipt.at()))
            .map(InboxWriter.ReadReceipt::owner));
    if (marked.getMatchedCount() < missing.size()) {
      find(
              missing.values().stream().map(InboxWriter.ReadReceipt::owner).collect(toSet()),
              List.copyOf(missing.keySet()))
          .forEach(there -> missing.remove(there.id()));
      missing.values().stream()
          .filter(
              receipt ->
                  newestVersion(entries, receipt.owner(), receipt.resource()) < receipt.version())
          .forEach(
              receipt ->
                  failed.add(
                      new FailedEvent(
                          receipt.aggregateId(),
                          receipt.sequence(),
                          new MissingEventException(
                              "%s lacks one of [%s]".formatted(NAME, receipt.entry())))));
    }
  }

  /**
   * Marks all current entries as read, unless this event did so before.
   *
   * @param event the event's sequence number in its aggregate
   */
  void markAllRead(String owner, long event, Instant at) {
    InboxDocument inbox =
        find(owner)
            .orElseGet(
                () -> {
                  create(owner);
                  return find(owner).orElseThrow();
                });
    if (event > inbox.readAll()) {
      // Earlier entries must not be lost and numbered again, and later ones must not come before.
      durability.force();
      inboxes.updateOne(
          guarded ? and(eq("_id", owner), lt("readAll", event)) : eq("_id", owner),
          combine(
              max("readUpTo", inbox.last()),
              max("readAll", event),
              set("reads", inbox.readsWith(at, keep.keepRead(), this::firstRun))));
      durability.force();
      lookAgain(Stream.of(owner).filter(it -> isOld(at)));
    }
  }

  /** Returns when a program first asked for this. Earlier readings have no time. */
  Instant firstRun() {
    return inboxes
        .withDocumentClass(Document.class)
        .findOneAndUpdate(
            eq("_id", FIRST_RUN),
            // Earlier versions read the others.
            combine(setOnInsert("at", clock.instant()), setOnCreation(0)),
            new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER))
        .getDate("at")
        .toInstant();
  }

  @Override
  public void begin(StoredEvents events, Instant now) {
    if (events.containsAny(types.aggregateTypes().toArray(String[]::new))) {
      setStartOfNewInboxes(now);
    }
  }

  private void setStartOfNewInboxes(Instant now) {
    inboxes.updateOne(
        eq("_id", NEW),
        combine(
            max("last", ChronoUnit.MICROS.between(Instant.EPOCH, now)),
            setOnInsert("readUpTo", 0L),
            setOnInsert("readAll", -1L)),
        UPSERT);
    durability.force();
  }

  @Override
  public long cutBack(StoredEvents events, Instant now, Runnable extendClaim) {
    // A user whose erasure is undone has lost the inbox, and with it the highest number.
    setStartOfNewInboxes(now);
    Cut cut = new Cut(events, extendClaim);
    List<Document> chunk = new ArrayList<>();
    for (Document entry : Listing.all(entries.withDocumentClass(Document.class), new Document())) {
      chunk.add(entry);
      if (chunk.size() == CHUNK) {
        cut.check(chunk);
        chunk.clear();
      }
    }
    cut.check(chunk);
    cut.write();
    Set<String> there = new HashSet<>();
    for (InboxDocument inbox : Listing.all(inboxes, new Document()).into(new ArrayList<>())) {
      there.add(inbox.id());
      if (inbox.readAll() >= 0) {
        extendClaim.run();
        cut.undoReadAll(inbox);
      }
    }
    Set<UUID> beginners = events.creators(types.aggregateTypes().toArray(String[]::new));
    beginners.removeAll(erased.among(beginners));
    return there.containsAll(beginners.stream().map(UUID::toString).toList()) ? cut.position : -1;
  }

  /** Finds and undoes what the inboxes contain of events that are gone. */
  private final class Cut {

    private final StoredEvents events;
    private final Runnable extendClaim;

    /** The owners of the lost entries, by id. */
    private final Map<String, String> lost = new LinkedHashMap<>();

    /** The owners of the entries whose readings are lost, by id. */
    private final Map<String, String> unread = new LinkedHashMap<>();

    /** The numbers of the lost entries of each owner. */
    private final Map<String, InboxDocument.Range> numbers = new HashMap<>();

    /** The first lost entry of each resource. */
    private final Map<String, LostEntry> firstLost = new HashMap<>();

    /** The position of the last event that is in an inbox and in the event store. */
    private long position = -1;

    Cut(StoredEvents events, Runnable extendClaim) {
      this.events = events;
      this.extendClaim = extendClaim;
    }

    void check(List<Document> chunk) {
      extendClaim.run();
      Map<String, Long> positions =
          events.positions(chunk.stream().map(it -> it.getString("eventId")).toList());
      Map<String, Long> receipts =
          events.creationPositions(chunk.stream().filter(Cut::isRead).map(Cut::receiptId).toList());
      for (Document entry : chunk) {
        Long at = positions.get(entry.getString("eventId"));
        if (at == null) {
          lose(entry);
        } else {
          position = Math.max(position, at);
          if (isRead(entry) && !receipts.containsKey(receiptId(entry))) {
            unread.put(entry.getString("_id"), entry.getString("owner"));
          }
        }
      }
    }

    private void lose(Document entry) {
      String owner = entry.getString("owner");
      long number = number(entry.getLong("sequence"));
      lost.put(entry.getString("_id"), owner);
      numbers.merge(owner, new InboxDocument.Range(number, number), InboxDocument.Range::with);
      firstLost.merge(
          entry.getString("resourceId"),
          new LostEntry(owner, entry.getLong("version")),
          LostEntry::orEarlier);
    }

    private static boolean isRead(Document entry) {
      return entry.getBoolean("read") && !entry.getString("owner").equals(NO_OWNER);
    }

    private static String receiptId(Document entry) {
      return NameBasedUuids.of("notification", entry.getString("eventId")).toString();
    }

    void write() {
      inChunks(numbers.keySet(), this::writeCuts);
      firstLost.forEach(this::addPrevious);
      // An interrupted cut does not find the lost entries again.
      durability.force();
      inChunks(lost.keySet(), some -> entries.deleteMany(keys(lost, some)));
      inChunks(
          unread.keySet(),
          some ->
              entries.updateMany(keys(unread, some), combine(set("read", false), unset("readAt"))));
      inChunks(Set.copyOf(unread.values()), some -> lookAgain(some.stream()));
    }

    private static Document keys(Map<String, String> owners, List<String> ids) {
      return ShardKey.of(ids.stream().map(owners::get).collect(toSet()), ids);
    }

    private void writeCuts(List<String> owners) {
      List<UpdateOneModel<InboxDocument>> writes = new ArrayList<>();
      inboxes
          .find(in("_id", owners))
          .batchSize(owners.size() + 1)
          .forEach(
              inbox -> {
                InboxDocument.Range cut = numbers.get(inbox.id());
                if (inbox.removed() > 0) {
                  // Removed entries may be among the lost ones.
                  extendClaim.run();
                  cut = cut.with(new InboxDocument.Range(numberBefore(inbox, cut) + 1, cut.to()));
                }
                writes.add(
                    new UpdateOneModel<>(
                        eq("_id", inbox.id()),
                        // A skipped number tells subscribers that an entry is gone.
                        combine(inc("last", 1L), set("cuts", inbox.cutsWith(cut)))));
              });
      if (!writes.isEmpty()) {
        inboxes.bulkWrite(writes, UNORDERED);
      }
    }

    /** Returns the number of the last entry before a range; 0 if there is none. */
    private long numberBefore(InboxDocument inbox, InboxDocument.Range range) {
      return Stream.of(
              entries
                  .find(and(eq("owner", inbox.id()), lt("sequence", range.from())))
                  .sort(descending("sequence")),
              entries
                  .find(and(eq("owner", inbox.id()), gt("sequence", hidden(range.from()))))
                  .sort(ascending("sequence")))
          .map(FindIterable::first)
          .filter(Objects::nonNull)
          .mapToLong(NotificationDocument::number)
          .filter(number -> number < range.from())
          .max()
          .orElse(0);
    }

    /** Adds the entry that a resource's next one follows, if it was removed before. */
    private void addPrevious(String resource, LostEntry lost) {
      extendClaim.run();
      long version = Math.min(lost.version() - 1, events.sequenceAt(resource, Long.MAX_VALUE));
      String id = NotificationDocument.id(resource, version);
      if (version < 0 || find(lost.owner(), id).isPresent()) {
        return;
      }
      String title = "";
      DomainEventMessage<?> event = null;
      for (Iterator<DomainEventMessage<?>> all = events.read(resource, version); all.hasNext(); ) {
        event = all.next();
        title = Objects.requireNonNullElse(types.title().apply(event.getPayload()), title);
      }
      NotificationDocument entry = draft(event, lost.owner());
      long number = reserve(List.of(entry)).get(lost.owner()) + 1;
      entries.insertOne(entry.numbered(hidden(number), title));
    }

    private void inChunks(Collection<String> all, Consumer<List<String>> action) {
      List<String> rest = List.copyOf(all);
      for (int i = 0; i < rest.size(); i += CHUNK) {
        extendClaim.run();
        action.accept(rest.subList(i, Math.min(rest.size(), i + CHUNK)));
      }
    }

    void undoReadAll(InboxDocument inbox) {
      String aggregate = NameBasedUuids.of("inbox", inbox.id()).toString();
      long last = events.sequenceAt(aggregate, position);
      if (last < inbox.readAll()) {
        long readUpTo = last < 0 ? 0 : lastBefore(inbox.id(), events.position(aggregate, last));
        inboxes.updateOne(
            eq("_id", inbox.id()),
            combine(
                set("readUpTo", readUpTo),
                set("readAll", last),
                unset(InboxRetention.OLDEST_READ),
                set("reads", inbox.readsUpTo(readUpTo))));
      }
    }

    /** Returns the number of an owner's last entry whose event is before a position. */
    private long lastBefore(String owner, long end) {
      List<NotificationDocument> chunk = new ArrayList<>();
      for (NotificationDocument entry :
          Listing.all(entries, and(eq("owner", owner), gt("sequence", 0L)))
              .sort(descending("sequence"))) {
        chunk.add(entry);
        if (chunk.size() == CHUNK) {
          long found = lastOf(chunk, end);
          if (found > 0) {
            return found;
          }
          chunk.clear();
        }
      }
      return lastOf(chunk, end);
    }

    private long lastOf(List<NotificationDocument> chunk, long end) {
      extendClaim.run();
      Map<String, Long> positions =
          events.positions(chunk.stream().map(NotificationDocument::eventId).toList());
      return chunk.stream()
          .filter(entry -> positions.getOrDefault(entry.eventId(), end) < end)
          .mapToLong(NotificationDocument::sequence)
          .findFirst()
          .orElse(0);
    }
  }

  /**
   * Returns the {@code sequence} that hides the entry of a number. No query of clients finds it,
   * and the entry stays in the index of its owner.
   */
  static long hidden(long number) {
    return -number;
  }

  /** Returns the number of an entry, hidden or not. */
  static long number(long sequence) {
    return Math.abs(sequence);
  }

  /**
   * A lost entry.
   *
   * @param owner a user, if a lost entry of the resource has one
   */
  private record LostEntry(String owner, long version) {

    private LostEntry orEarlier(LostEntry other) {
      return new LostEntry(
          owner.equals(NO_OWNER) ? other.owner : owner, Math.min(version, other.version));
    }
  }

  Optional<InboxDocument> find(String owner) {
    return Optional.ofNullable(inboxes.find(eq("_id", owner)).first());
  }
}
