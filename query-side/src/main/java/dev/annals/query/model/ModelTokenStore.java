package dev.annals.query.model;

import java.util.Optional;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * Keeps the tokens of projections beside their read models, and writes what a batch has to write
 * before its token. Axon stores the token while the batch's unit of work prepares its commit, ahead
 * of every handler that a projection could register there, so this is the one place where the order
 * can be kept. It is also where a segment's worker comes by when there is nothing to handle, to
 * extend its claim, and so where dead letters are drained.
 */
final class ModelTokenStore extends MongoTokenStore {

  /** Where they are. */
  static final String COLLECTION = "tokens";

  private final ModelDurability durability;
  private final Optional<Drain> drain;

  /**
   * @param builder must not create the index: that would need the database at once
   */
  ModelTokenStore(Builder builder, ModelDurability durability, Optional<Drain> drain) {
    super(builder);
    this.durability = durability;
    this.drain = drain;
  }

  @Override
  public void storeToken(TrackingToken token, String processorName, int segment)
      throws UnableToClaimTokenException {
    CurrentUnitOfWork.map(UnitOfWork::root)
        .ifPresent(batch -> Isolation.write(batch.resources(), durability));
    drain(processorName, segment);
    super.storeToken(token, processorName, segment);
  }

  @Override
  public void extendClaim(String processorName, int segment) throws UnableToClaimTokenException {
    super.extendClaim(processorName, segment);
    drain(processorName, segment);
  }

  private void drain(String processorName, int segment) {
    drain.ifPresent(letters -> letters.run(segment, () -> fetchSegments(processorName)));
  }

  /** Two nodes that start at once must not both initialize: the unique index refuses the second. */
  @Override
  @SuppressWarnings("deprecation")
  public void initializeTokenSegments(
      String processorName, int segmentCount, TrackingToken initialToken)
      throws UnableToClaimTokenException {
    ensureIndexes();
    super.initializeTokenSegments(processorName, segmentCount, initialToken);
  }
}
