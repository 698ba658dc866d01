package dev.annals.projection.replay;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.annals.projection.model.ModelProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.tokenstore.AbstractTokenEntry;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The stored tokens of all processors. The processors of this process share a read each second, and
 * an extension of their claims every three seconds. Thread-safe.
 */
final class TokenEntries {

  private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration RENEWAL = Duration.ofSeconds(3);

  /** A segment asks for the extension of its claim each second. */
  private static final Duration ASKED_LATELY = Duration.ofSeconds(4);

  private static final Duration MAX_AGE = Duration.ofSeconds(1);

  private final MongoCollection<Document> collection;
  private final String owner;
  private final LongSupplier nanos;
  private List<Document> entries;
  private long readAt;
  private final Map<Claim, Long> asked = new HashMap<>();
  private Set<Claim> extended = Set.of();
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
    String other = entry.getString("owner");
    return other == null
        || other.equals(owner)
        || entry.getLong("timestamp")
            < AbstractTokenEntry.clock.millis() - CLAIM_TIMEOUT.toMillis();
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
