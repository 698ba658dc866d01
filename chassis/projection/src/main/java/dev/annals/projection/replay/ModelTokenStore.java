package dev.annals.projection.replay;

import com.mongodb.client.MongoDatabase;
import dev.annals.projection.model.ModelProperties;
import dev.annals.projection.write.Batch;
import dev.annals.projection.write.ModelDurability;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.extensions.mongo.DefaultMongoTemplate;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.serialization.Serializer;

/**
 * Stores the tokens of projections beside their read models, and runs a batch's writes before its
 * token. Axon stores the token while the batch's unit of work prepares its commit, ahead of every
 * handler that a projection could register there, so only a token store can keep the order. An idle
 * segment's worker extends its claim here, and so dead letters are retried here. No segment can be
 * claimed, or kept, of a processor whose events are not in the event store.
 */
final class ModelTokenStore extends MongoTokenStore {

  static final String COLLECTION = "tokens";

  /** A claim that is not renewed is lost after 10 seconds. */
  private static final long RENEWAL = TimeUnit.SECONDS.toNanos(3);

  private final Map<String, Long> renewedAt = new ConcurrentHashMap<>();
  private final ModelDurability durability;
  private final TokenEvents events;
  private final SegmentCount segmentCount;
  private final Optional<DeadLetterRetry> retry;
  private final Runnable beforeFirstToken;
  private volatile boolean counted;

  /**
   * @param builder must not create the index: that would need the database at once
   * @param beforeFirstToken called before the first tokens of a processor are stored
   */
  ModelTokenStore(
      Builder builder,
      ModelDurability durability,
      TokenEvents events,
      SegmentCount segmentCount,
      Optional<DeadLetterRetry> retry,
      Runnable beforeFirstToken) {
    super(builder);
    this.durability = durability;
    this.events = events;
    this.segmentCount = segmentCount;
    this.retry = retry;
    this.beforeFirstToken = beforeFirstToken;
  }

  static Builder builder(
      MongoDatabase database, ModelProperties properties, Serializer serializer) {
    Builder builder =
        builder()
            .mongoTemplate(
                DefaultMongoTemplate.builder()
                    .mongoDatabase(database)
                    .trackingTokensCollectionName(COLLECTION)
                    .build())
            .serializer(serializer)
            .ensureIndexes(false);
    return properties.node() == null ? builder : builder.nodeId(properties.node());
  }

  /** Changes the number of segments first, before this process claims one of them. */
  @Override
  public int[] fetchSegments(String processorName) {
    if (!counted) {
      segmentCount.apply(processorName, super.fetchSegments(processorName), this);
      counted = true;
    }
    return super.fetchSegments(processorName);
  }

  @Override
  public TrackingToken fetchToken(String processorName, int segment)
      throws UnableToClaimTokenException {
    refuseIfForeign(processorName);
    renewedAt.remove(claim(processorName, segment));
    TrackingToken token = super.fetchToken(processorName, segment);
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
    events.recordEventAt(token, processorName, segment);
    CurrentUnitOfWork.map(UnitOfWork::root)
        .ifPresent(
            batch ->
                Batch.write(
                    batch.resources(), durability, () -> keepClaim(processorName, segment)));
    retry(processorName, segment);
    super.storeToken(token, processorName, segment);
  }

  /** Renews a claim every three seconds. Called more often, for dead letters. */
  @Override
  public void extendClaim(String processorName, int segment) throws UnableToClaimTokenException {
    refuseIfForeign(processorName);
    Long last = renewedAt.get(claim(processorName, segment));
    if (last == null || System.nanoTime() - last > RENEWAL) {
      keepClaim(processorName, segment);
    }
    retry(processorName, segment);
  }

  private static String claim(String processorName, int segment) {
    return processorName + "/" + segment;
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
    long now = System.nanoTime();
    super.extendClaim(processorName, segment);
    renewedAt.put(claim(processorName, segment), now);
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
