package dev.annals.projection.replay;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.client.MongoCollection;
import dev.annals.projection.replay.TokenEntries.Claim;
import dev.annals.projection.write.ModelDurability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.serialization.Serializer;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the number of a processor's segments to the configured one. This needs the claims of all
 * segments, so no process handles events meanwhile.
 *
 * <p>All segments continue at the position of the slowest one, since a repeated event changes
 * nothing. That is stored before segments are added or removed, one at a time from the end: so they
 * cover all events after each write, and a change that was interrupted is completed later.
 */
record SegmentCount(
    MongoCollection<Document> entries,
    Serializer serializer,
    ModelDurability durability,
    int wanted) {

  private static final Logger log = LoggerFactory.getLogger(SegmentCount.class);

  /**
   * Changes the number, unless another process has claimed a segment. Releases all claims.
   *
   * @param stored the stored segments, of numbers from 0 on
   * @param tokens claims the segments
   */
  void apply(String processor, int[] stored, TokenStore tokens) {
    List<Optional<TrackingToken>> claimed = new ArrayList<>();
    try {
      for (int segment : stored) {
        claimed.add(Optional.ofNullable(tokens.fetchToken(processor, segment)));
      }
    } catch (UnableToClaimTokenException raced) {
      IntStream.range(0, claimed.size()).forEach(it -> tokens.releaseClaim(processor, it));
      return;
    }
    entries.updateMany(eq("processorName", processor), position(processor, claimed));
    durability.force();
    Document added = entries.find(new Claim(processor, 0).filter()).first();
    for (int segment = stored.length; segment < wanted; segment++) {
      added.remove("_id");
      entries.insertOne(added.append("segment", segment));
    }
    for (int segment = stored.length - 1; segment >= wanted; segment--) {
      entries.deleteOne(new Claim(processor, segment).filter());
    }
    entries.updateMany(eq("processorName", processor), set("owner", null));
    durability.force();
    log.info("{} has {} segments now, instead of {}", processor, wanted, stored.length);
  }

  /** Returns the update of all segments: the lowest position, and the last event of the model. */
  private Bson position(String processor, List<Optional<TrackingToken>> claimed) {
    TrackingToken lowest =
        claimed.stream()
            .reduce((one, other) -> one.flatMap(it -> other.map(it::lowerBound)))
            .orElseThrow()
            .orElse(null);
    Document event =
        entries
            .find(eq("processorName", processor))
            .map(entry -> entry.get(TokenEvents.EVENT, Document.class))
            .into(new ArrayList<>())
            .stream()
            .filter(Objects::nonNull)
            .max(Comparator.comparing(it -> it.getLong("position")))
            .orElse(null);
    List<Bson> changes = new ArrayList<>(LatePositions.fields(lowest, serializer));
    changes.add(set(TokenEvents.EVENT, event));
    return combine(changes);
  }
}
