package dev.annals.projection.replay;

import dev.annals.projection.model.Model;
import dev.annals.projection.model.Unreplayable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Checks before the processors start, and every two seconds from then on, whether the event store
 * was restored to a state earlier than the models. Replayable models are then rebuilt (see {@link
 * GenerationsProcessor}); the others are cut back here, by the first process that can claim all
 * their segments.
 */
record RestoreWatch(List<Model> models, ProcessorServices services)
    implements SmartInitializingSingleton {

  private static final Logger log = LoggerFactory.getLogger(RestoreWatch.class);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);

  private void check() {
    services.tokenEvents().compareRecent();
    for (Model model : models) {
      if (model instanceof Unreplayable kept && services.tokenEvents().isForeign(model.name())) {
        cutBack(kept);
      }
    }
  }

  private void cutBack(Unreplayable model) {
    String name = model.name();
    // Differs from the name of this process's processors, which must release their claims, too.
    String claimer = services.properties().owner() + "/restore";
    MongoTokenStore claims = services.tokenStore().nodeId(claimer).build();
    Map<Integer, TrackingToken> held = new HashMap<>();
    try {
      for (int segment : claims.fetchSegments(name)) {
        held.put(segment, claims.fetchToken(name, segment));
      }
      long position =
          model.cutBack(
              services.stored().getObject(),
              services.clock().instant(),
              () -> held.keySet().forEach(segment -> claims.extendClaim(name, segment)));
      services.durability().force();
      held.forEach(
          (segment, token) -> {
            if (token != null && token.position().orElse(-1) > position) {
              claims.storeToken(back(token, position), name, segment);
            }
          });
      // The event that held them back may be gone.
      services.letters().retryAll(name);
      services.durability().force();
      services.tokenEvents().resetTo(name, position);
      log.warn(
          "{} is cut back to the stored events, and continues from position {}", name, position);
    } catch (UnableToClaimTokenException others) {
      log.debug("{} is cut back once its claims are released", name, others);
    } finally {
      held.keySet().forEach(segment -> claims.releaseClaim(name, segment));
    }
  }

  /** The first event has position 1. */
  private static TrackingToken back(TrackingToken token, long position) {
    return GapAwareTrackingToken.newInstance(
        Math.max(0, position),
        token instanceof GapAwareTrackingToken known
            ? known.getGaps().headSet(position)
            : Set.of());
  }

  /** Compares once before the processors and the first request. */
  @Override
  public void afterSingletonsInstantiated() {
    try {
      services.tokenEvents().compare();
    } catch (RuntimeException away) {
      log.debug("No model is read until it can be compared with the events", away);
    }
    services.timer().runEvery(CHECK_INTERVAL, this::check);
  }
}
