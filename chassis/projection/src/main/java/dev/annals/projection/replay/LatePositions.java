package dev.annals.projection.replay;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import dev.annals.projection.replay.TokenEntries.Claim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.AbstractTokenEntry;
import org.axonframework.eventhandling.tokenstore.GenericTokenEntry;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The positions of this process's segments that are not stored yet. A position is stored when the
 * segment's next batch begins, or after two seconds with all others, by one command. If the process
 * ends before that, the last batch is repeated, which changes nothing. Thread-safe.
 */
final class LatePositions {

  private static final Duration MAX_AGE = Duration.ofSeconds(2);
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

  private final TokenEntries entries;
  private final TokenEvents events;
  private final Serializer serializer;
  private final LongSupplier nanos;
  private final Map<Claim, Late> late = new ConcurrentHashMap<>();
  private final AtomicBoolean storing = new AtomicBoolean();

  /**
   * A position.
   *
   * @param event the event there, unless it is stored already
   * @param since the time when the stored position became outdated
   */
  private record Late(TrackingToken token, Optional<Document> event, long since) {

    private List<Bson> changes(Serializer serializer) {
      List<Bson> changes = new ArrayList<>(fields(token, serializer));
      event.ifPresent(it -> changes.add(set(TokenEvents.EVENT, it)));
      return changes;
    }
  }

  @Autowired
  LatePositions(TokenEntries entries, TokenEvents events, Serializer serializer) {
    this(entries, events, serializer, System::nanoTime);
  }

  /** Creates it with a source of the time, such as {@link System#nanoTime}. */
  LatePositions(
      TokenEntries entries, TokenEvents events, Serializer serializer, LongSupplier nanos) {
    this.entries = entries;
    this.events = events;
    this.serializer = serializer;
    this.nanos = nanos;
  }

  /**
   * Stores the event at a segment's next position, and its current position. This precedes the
   * segment's writes, so a model contains nothing later than the stored events.
   *
   * @throws UnableToClaimTokenException if another process has claimed the segment
   */
  void beforeBatch(TrackingToken next, Claim claim) {
    Late current = late.get(claim);
    List<Bson> changes = new ArrayList<>(List.of(extension()));
    if (current != null) {
      changes.addAll(fields(current.token(), serializer));
    }
    events
        .at(next)
        .or(() -> Optional.ofNullable(current).flatMap(Late::event))
        .ifPresent(event -> changes.add(set(TokenEvents.EVENT, event)));
    if (entries.collection().updateOne(mine(claim), combine(changes)).getMatchedCount() == 0) {
      throw new UnableToClaimTokenException(
          "Another process has claimed segment %d of %s"
              .formatted(claim.segment(), claim.processor()));
    }
    if (current != null) {
      late.remove(claim, current);
    }
  }

  /** Remembers the position of a segment after its batch. */
  void afterBatch(TrackingToken token, Claim claim) {
    remember(token, Optional.empty(), claim);
  }

  /** Remembers the position of a segment that has no events up to there. */
  void passed(TrackingToken token, Claim claim) {
    // Not once it is stored: the event store may be restored meanwhile, with another event there.
    remember(token, events.at(token), claim);
  }

  private void remember(TrackingToken token, Optional<Document> event, Claim claim) {
    late.compute(
        claim,
        (same, before) ->
            new Late(token, event, before == null ? nanos.getAsLong() : before.since()));
  }

  /** Forgets the position of a segment that is claimed anew. */
  void forget(Claim claim) {
    late.remove(claim);
  }

  /**
   * Stores all positions if one of them is two seconds late, unless another thread is doing so:
   * while the store is away, one thread waits for it.
   */
  void storeIfDue() {
    if (late.values().stream().anyMatch(it -> nanos.getAsLong() - it.since() >= MAX_AGE.toNanos())
        && storing.compareAndSet(false, true)) {
      try {
        store(Map.copyOf(late));
      } finally {
        storing.set(false);
      }
    }
  }

  /** Stores the position of a segment whose claim is released. */
  void store(Claim claim) {
    Late position = late.get(claim);
    if (position != null) {
      store(Map.of(claim, position));
    }
  }

  /** Stores positions, except those of segments that another process has claimed. */
  private void store(Map<Claim, Late> positions) {
    List<UpdateOneModel<Document>> writes = new ArrayList<>();
    positions.forEach(
        (claim, position) -> {
          List<Bson> changes = position.changes(serializer);
          changes.add(extension());
          writes.add(new UpdateOneModel<>(mine(claim), combine(changes)));
        });
    entries.collection().bulkWrite(writes, UNORDERED);
    positions.forEach(late::remove);
  }

  private Bson mine(Claim claim) {
    return and(eq("owner", entries.owner()), claim.filter());
  }

  private static Bson extension() {
    return set("timestamp", AbstractTokenEntry.clock.millis());
  }

  /** Returns the changes of an entry that store a token, which may be null. */
  static List<Bson> fields(TrackingToken token, Serializer serializer) {
    SerializedObject<byte[]> stored =
        new GenericTokenEntry<byte[]>(token, serializer, byte[].class, "any", 0)
            .getSerializedToken();
    return List.of(
        set("token", stored == null ? null : stored.getData()),
        set("tokenType", stored == null ? null : stored.getType().getName()));
  }
}
