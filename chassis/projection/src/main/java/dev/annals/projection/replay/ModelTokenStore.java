package dev.annals.projection.replay;

import com.mongodb.client.MongoDatabase;
import dev.annals.projection.model.ModelProperties;
import dev.annals.projection.replay.TokenEntries.Claim;
import dev.annals.projection.write.Batch;
import dev.annals.projection.write.ModelDurability;
import java.util.List;
import java.util.Optional;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.extensions.mongo.DefaultMongoTemplate;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the tokens of projections beside their read models, and runs a batch's writes before its
 * token. Axon stores the token while the batch's unit of work prepares its commit, ahead of every
 * handler that a projection could register there, so only a token store can keep the order. An idle
 * segment's worker extends its claim here, and so dead letters are retried here. No segment can be
 * claimed, or kept, of a processor whose events are not in the event store.
 */
final class ModelTokenStore extends MongoTokenStore {

  static final String COLLECTION = "tokens";

  private static final Logger log = LoggerFactory.getLogger(ModelTokenStore.class);

  private final ModelDurability durability;
  private final TokenEntries entries;
  private final TokenEvents events;
  private final LatePositions positions;
  private final SegmentCount segmentCount;
  private final Optional<DeadLetterRetry> retry;
  private final Runnable beforeFirstToken;

  /**
   * @param builder must not create the index: that would need the database at once
   * @param beforeFirstToken called before the first tokens of a processor are stored
   */
  ModelTokenStore(
      Builder builder,
      ModelDurability durability,
      TokenEntries entries,
      TokenEvents events,
      LatePositions positions,
      SegmentCount segmentCount,
      Optional<DeadLetterRetry> retry,
      Runnable beforeFirstToken) {
    super(builder);
    this.durability = durability;
    this.entries = entries;
    this.events = events;
    this.positions = positions;
    this.segmentCount = segmentCount;
    this.retry = retry;
    this.beforeFirstToken = beforeFirstToken;
  }

  static Builder builder(
      MongoDatabase database, ModelProperties properties, Serializer serializer) {
    return builder()
        .mongoTemplate(
            DefaultMongoTemplate.builder()
                .mongoDatabase(database)
                .trackingTokensCollectionName(COLLECTION)
                .build())
        .serializer(serializer)
        .ensureIndexes(false)
        .nodeId(properties.owner());
  }

  /** Returns the number of segments that this process may claim. */
  int maxSegments(String processorName) {
    return entries.share(processorName, segmentCount.wanted());
  }

  /** Changes the number of segments first, once no process has a claim. */
  @Override
  public List<Segment> fetchAvailableSegments(String processorName) {
    if (entries.mayChange(processorName)) {
      segmentCount.apply(processorName, fetchSegments(processorName), this);
      entries.forget();
    }
    return entries.available(processorName);
  }

  /** Refuses a segment of a number of segments that another process has changed. */
  @Override
  public TrackingToken fetchToken(String processorName, Segment segment)
      throws UnableToClaimTokenException {
    int id = segment.getSegmentId();
    TrackingToken token = fetchToken(processorName, id);
    if (!Segment.computeSegment(id, fetchSegments(processorName)).equals(segment)) {
      releaseClaim(processorName, id);
      throw new UnableToClaimTokenException(
          "The segments of %s have changed".formatted(processorName));
    }
    return token;
  }

  @Override
  public void releaseClaim(String processorName, int segment) {
    entries.release(processorName, segment);
    try {
      positions.store(new Claim(processorName, segment));
    } catch (RuntimeException away) {
      log.debug(
          "The last batch of {} will be repeated, and its claim ends later", processorName, away);
      return;
    }
    super.releaseClaim(processorName, segment);
  }

  @Override
  public TrackingToken fetchToken(String processorName, int segment)
      throws UnableToClaimTokenException {
    refuseIfForeign(processorName);
    positions.forget(new Claim(processorName, segment));
    TrackingToken token = super.fetchToken(processorName, segment);
    retry.ifPresent(letters -> letters.services().letters().forget());
    try {
      events.compare();
      refuseIfForeign(processorName);
    } catch (RuntimeException failure) {
      releaseClaim(processorName, segment);
      throw failure;
    }
    return token;
  }

  private void refuseIfForeign(String processorName) throws UnableToClaimTokenException {
    if (events.isForeign(processorName)) {
      throw new UnableToClaimTokenException(
          processorName + " has read events that are not in the event store");
    }
  }

  @Override
  public void storeToken(TrackingToken token, String processorName, int segment)
      throws UnableToClaimTokenException {
    refuseIfForeign(processorName);
    Claim claim = new Claim(processorName, segment);
    if (CurrentUnitOfWork.isStarted()) {
      positions.beforeBatch(token, claim);
      Batch.write(
          CurrentUnitOfWork.get().root().resources(),
          durability,
          () -> keepClaim(processorName, segment));
      positions.afterBatch(token, claim);
    } else {
      positions.passed(token, claim);
    }
    retry(processorName, segment);
    positions.storeIfDue();
  }

  /** Called each second, for dead letters. */
  @Override
  public void extendClaim(String processorName, int segment) throws UnableToClaimTokenException {
    refuseIfForeign(processorName);
    positions.storeIfDue();
    keepClaim(processorName, segment);
    retry(processorName, segment);
  }

  private void retry(String processorName, int segment) {
    retry.ifPresent(
        letters ->
            letters.run(
                segment,
                () -> fetchSegments(processorName),
                () -> keepClaim(processorName, segment)));
  }

  private void keepClaim(String processorName, int segment) {
    if (!entries.extendClaim(processorName, segment)) {
      super.extendClaim(processorName, segment);
    }
  }

  /** Creates the unique index first, which refuses the second of two nodes that start at once. */
  @Override
  @SuppressWarnings("deprecation")
  public void initializeTokenSegments(
      String processorName, int segmentCount, TrackingToken initialToken)
      throws UnableToClaimTokenException {
    ensureIndexes();
    if (fetchSegments(processorName).length == 0) {
      beforeFirstToken.run();
    }
    super.initializeTokenSegments(processorName, segmentCount, initialToken);
  }
}
