package dev.annals.query.model;

import java.util.List;
import java.util.Map;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * Keeps the tokens of projections beside their read models, and writes what a batch has to write
 * before its token. Axon stores the token while the batch's unit of work prepares its commit, ahead
 * of every handler that a projection could register there, so this is the one place where the order
 * can be kept.
 */
final class ModelTokenStore extends MongoTokenStore {

  private final ModelDurability durability;

  /**
   * @param builder must not create the index: that would need the database at once
   */
  ModelTokenStore(Builder builder, ModelDurability durability) {
    super(builder);
    this.durability = durability;
  }

  @Override
  public void storeToken(TrackingToken token, String processorName, int segment)
      throws UnableToClaimTokenException {
    CurrentUnitOfWork.map(UnitOfWork::root).ifPresent(batch -> write(batch.resources()));
    super.storeToken(token, processorName, segment);
  }

  private void write(Map<String, Object> resources) {
    List<BatchWrite> pending =
        resources.values().stream()
            .filter(BatchWrite.class::isInstance)
            .map(BatchWrite.class::cast)
            .toList();
    if (!pending.isEmpty()) {
      pending.forEach(BatchWrite::write);
      durability.force();
    }
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
