package dev.annals.query;

import dev.annals.projection.model.TestMongo;
import dev.annals.projection.replay.ProjectionTokens;
import dev.annals.projection.write.ModelDurability;
import java.util.List;
import java.util.UUID;
import org.axonframework.eventhandling.AnnotationEventHandlerAdapter;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.messaging.ResultMessage;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;

/**
 * Delivers batches of events to a projection like Axon's work packages: one unit of work per batch,
 * which first stores the token when it commits.
 */
public final class Delivery {

  private final String processor = "delivery-" + UUID.randomUUID();

  private final AnnotationEventHandlerAdapter projection;
  private final TokenStore tokens;
  private long position = -1;

  /** Delivers to a projection, with tokens in the database. */
  public Delivery(Object projection, TestMongo mongo) {
    this(projection, mongo, () -> {});
  }

  /** Delivers to a projection, with an action before each token. */
  public Delivery(Object projection, TestMongo mongo, ModelDurability durability) {
    this.projection = new AnnotationEventHandlerAdapter(projection);
    this.tokens = ProjectionTokens.in(mongo.database(), durability);
    tokens.initializeTokenSegments(processor, 1);
    tokens.fetchToken(processor, 0);
  }

  /**
   * Delivers one batch.
   *
   * @throws RuntimeException the failure that stopped it
   */
  public void deliver(List<? extends DomainEventMessage<?>> batch) {
    BatchingUnitOfWork<DomainEventMessage<?>> unit = new BatchingUnitOfWork<>(List.copyOf(batch));
    unit.onPrepareCommit(
        committing ->
            tokens.storeToken(
                new GlobalSequenceTrackingToken(position + batch.size()), processor, 0));
    ResultMessage<?> result = unit.executeWithResult(() -> projection.handle(unit.getMessage()));
    if (result.isExceptional()) {
      if (result.exceptionResult() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(result.exceptionResult());
    }
    position += batch.size();
  }

  public void deliver(DomainEventMessage<?>... batch) {
    deliver(List.of(batch));
  }

  /** Returns the stored position: the index of the last handled event; -1 before the first. */
  public long storedPosition() {
    return tokens.fetchToken(processor, 0) instanceof GlobalSequenceTrackingToken token
        ? token.getGlobalIndex()
        : -1;
  }
}
