package dev.annals.projection.replay;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Updates.set;
import static java.util.stream.Collectors.toSet;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import dev.annals.projection.model.ModelProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.tokenstore.AbstractTokenEntry;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * The stored tokens of all processors, and the processes that run them: the members. The processors
 * of this process share a read each second, and an extension of their claims every three seconds.
 * Thread-safe.
 */
final class TokenEntries {

  private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration RENEWAL = Duration.ofSeconds(3);

  /** A segment asks for the extension of its claim each second. */
  private static final Duration ASKED_LATELY = Duration.ofSeconds(4);

  private static final Duration MAX_AGE = Duration.ofSeconds(1);

  /** Members that were killed leave an entry. */
  private static final Duration KEPT = Duration.ofDays(1);

  private static final String MEMBER_OF = "memberOf";

  private final MongoCollection<Document> collection;
  private final String owner;
  private final LongSupplier nanos;
  private List<Document> entries;
  private long readAt;
  private final Map<Claim, Long> asked = new HashMap<>();
  private Set<Claim> extended = Set.of();
  private final Set<String> joined = new HashSet<>();
  private volatile boolean started;
  private long extendedAt;

  /** A segment of a processor. */
  record Claim(String processor, int segment) {

    Bson filter() {
      return and(eq("processorName", processor), eq("segment", segment));
    }
  }

  @Autowired
  TokenEntries(MongoDatabase database, ModelProperties properties) {
    this(database, properties.owner(), System::nanoTime);
  }

  /**
   * Creates them.
   *
   * @param owner the name of this process in claims
   * @param nanos the time, such as {@link System#nanoTime}
   */
  TokenEntries(MongoDatabase database, String owner, LongSupplier nanos) {
    this.collection = database.getCollection(ModelTokenStore.COLLECTION);
    this.owner = owner;
    this.nanos = nanos;
  }

  /** Makes this process a member beside others. */
  @EventListener(ApplicationReadyEvent.class)
  void start() {
    started = true;
  }

  String owner() {
    return owner;
  }

  MongoCollection<Document> collection() {
    return collection;
  }

  /** Returns all entries. */
  synchronized List<Document> read() {
    long began = nanos.getAsLong();
    entries = List.copyOf(collection.find().into(new ArrayList<>()));
    readAt = began;
    return entries;
  }

  /** Returns all entries as they were at a time within the last second. */
  synchronized List<Document> recent() {
    return entries == null || isOlderThan(MAX_AGE, readAt) ? read() : entries;
  }

  /** Makes the next read a new one. */
  synchronized void forget() {
    entries = null;
  }

  /** Returns the recent entries of a processor by segment. A new one has just stored its first. */
  List<Document> recentOf(String processor) {
    List<Document> found = of(processor, recent());
    return found.isEmpty() ? of(processor, read()) : found;
  }

  private static List<Document> of(String processor, List<Document> all) {
    return all.stream()
        .filter(entry -> processor.equals(entry.getString("processorName")))
        .sorted(Comparator.comparing(entry -> entry.getInteger("segment")))
        .toList();
  }

  /** Returns the segments that this process may claim. */
  List<Segment> available(String processor) {
    List<Document> all = recentOf(processor);
    int[] segments = all.stream().mapToInt(entry -> entry.getInteger("segment")).toArray();
    return all.stream()
        .filter(this::isAvailable)
        .map(entry -> Segment.computeSegment(entry.getInteger("segment"), segments))
        .toList();
  }

  private boolean isAvailable(Document entry) {
    return isFree(entry) || owner.equals(entry.getString("owner"));
  }

  private static boolean isFree(Document entry) {
    return entry.getString("owner") == null || isOlderThan(CLAIM_TIMEOUT, entry);
  }

  private static boolean isOlderThan(Duration age, Document entry) {
    return entry.getLong("timestamp") < AbstractTokenEntry.clock.millis() - age.toMillis();
  }

  /**
   * Returns the number of a processor's segments that this process may claim. The members share
   * them equally; none may claim one while {@linkplain #isChanging their number changes}. Called
   * each second while this process runs the processor: it is a member until it has not been called
   * for ten seconds. It joins other members when it has started, since a segment would pause for
   * the rest of its start.
   *
   * @param wanted the number of segments that this process is configured for
   */
  synchronized int share(String processor, int wanted) {
    if (!started
        && !joined.contains(processor)
        && members(processor).anyMatch(member -> !owner.equals(member.getString("owner")))) {
      return 0;
    }
    Claim member = member(processor);
    boolean extended = extendClaim(member.processor(), member.segment());
    if (joined.add(processor) || !extended) {
      collection.deleteMany(
          and(
              exists(MEMBER_OF),
              lt("timestamp", AbstractTokenEntry.clock.millis() - KEPT.toMillis())));
      collection.replaceOne(
          member.filter(),
          new Document("processorName", member.processor())
              .append("segment", member.segment())
              .append("owner", owner)
              .append("timestamp", AbstractTokenEntry.clock.millis())
              .append(MEMBER_OF, processor)
              .append("segments", wanted),
          new ReplaceOptions().upsert(true));
      forget();
    }
    List<Document> segments = recentOf(processor);
    if (segments.isEmpty()) {
      return wanted;
    }
    if (isChanging(processor)) {
      return 0;
    }
    List<String> owners = members(processor).map(it -> it.getString("owner")).toList();
    // The members that have one more are not the same ones for each processor.
    int place = Math.floorMod(owners.indexOf(owner) + processor.hashCode(), owners.size());
    return segments.size() / owners.size() + (place < segments.size() % owners.size() ? 1 : 0);
  }

  /**
   * Ends the membership of this process, so that the others take its share at once. Takes a second
   * at most: without it, the membership ends later.
   */
  synchronized void leave(String processor) {
    Claim member = member(processor);
    joined.remove(processor);
    release(member.processor(), member.segment());
    collection.withTimeout(1, TimeUnit.SECONDS).deleteOne(member.filter());
  }

  private Claim member(String processor) {
    // A name that begins with an underscore is not one of a processor.
    return new Claim("_%s/%s".formatted(processor, owner), 0);
  }

  private Stream<Document> members(String processor) {
    return recent().stream()
        .filter(entry -> processor.equals(entry.getString(MEMBER_OF)))
        // This process is one, even if its clock jumps before it extends its membership.
        .filter(
            entry -> owner.equals(entry.getString("owner")) || !isOlderThan(CLAIM_TIMEOUT, entry))
        .sorted(Comparator.comparing(entry -> entry.getString("owner")));
  }

  /**
   * Returns true if all members want the same number of segments, the stored one differs, and no
   * other process has a claim, such as one of an earlier version.
   */
  private boolean isChanging(String processor) {
    List<Document> segments = recentOf(processor);
    List<Document> members = members(processor).toList();
    return members.stream().map(it -> it.getInteger("segments")).distinct().count() == 1
        && members.get(0).getInteger("segments") != segments.size()
        && members.stream()
            .map(it -> it.getString("owner"))
            .collect(toSet())
            .containsAll(
                segments.stream()
                    .filter(it -> !isFree(it))
                    .map(it -> it.getString("owner"))
                    .toList());
  }

  /** Returns true if this process, and no other one, may change the number of segments now. */
  synchronized boolean mayChange(String processor) {
    return isChanging(processor)
        && members(processor).findFirst().orElseThrow().getString("owner").equals(owner)
        && recentOf(processor).stream().allMatch(TokenEntries::isFree);
  }

  /**
   * Extends the claims of all segments that have asked for it lately, if they are not extended yet.
   * Returns false if this one may be lost.
   */
  synchronized boolean extendClaim(String processor, int segment) {
    Claim claim = new Claim(processor, segment);
    asked.put(claim, nanos.getAsLong());
    asked.values().removeIf(at -> isOlderThan(ASKED_LATELY, at));
    if (!extended.contains(claim) || isOlderThan(RENEWAL, extendedAt)) {
      extendedAt = nanos.getAsLong();
      Bson claims = or(asked.keySet().stream().map(Claim::filter).toList());
      long mine =
          collection
              .updateMany(
                  and(eq("owner", owner), claims),
                  set("timestamp", AbstractTokenEntry.clock.millis()))
              .getMatchedCount();
      extended = mine == asked.size() ? Set.copyOf(asked.keySet()) : Set.of();
    }
    return extended.contains(claim);
  }

  /** Excludes a segment from the next extensions. */
  synchronized void release(String processor, int segment) {
    asked.remove(new Claim(processor, segment));
  }

  private boolean isOlderThan(Duration age, long time) {
    return nanos.getAsLong() - time >= age.toNanos();
  }
}
