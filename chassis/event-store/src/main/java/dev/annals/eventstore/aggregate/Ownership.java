package dev.annals.eventstore.aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import dev.annals.base.event.Subject;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.IfMatch;
import java.util.UUID;

/**
 * The owner of an aggregate, and whether the aggregate is in the trash. The methods that refuse a
 * command need the aggregate's scope, for its version.
 */
public record Ownership(@Subject UUID ownerId, boolean deleted) {

  /** Returns this ownership with the aggregate in the trash, or out of it. */
  public Ownership deleted(boolean deleted) {
    return new Ownership(ownerId, deleted);
  }

  /**
   * Refuses other users, and the owner while the aggregate is in the trash.
   *
   * @throws Refusal {@code not-found}
   */
  public void requireOwnerOfActive(UUID requester) {
    requireOwner(requester);
    if (deleted) {
      throw Refusal.notFound();
    }
  }

  /**
   * Refuses like {@link #requireOwnerOfActive(UUID)}, and then unless the condition holds.
   *
   * @throws Refusal {@code not-found}, {@code precondition-required}, {@code stale-version}
   */
  public void requireOwnerOfActive(UUID requester, IfMatch ifMatch) {
    requireOwnerOfActive(requester);
    ifMatch.require(getVersion());
  }

  /**
   * Refuses other users, a condition that does not hold, and an aggregate that is not in the trash.
   *
   * @throws Refusal {@code not-found}, {@code precondition-required}, {@code stale-version}, {@code
   *     not-deleted}
   */
  public void requireOwnerOfDeleted(UUID requester, IfMatch ifMatch, String noun) {
    requireOwner(requester);
    ifMatch.require(getVersion());
    if (!deleted) {
      throw new Refusal(Problem.NOT_DELETED, "The " + noun + " is not in the trash.");
    }
  }

  private void requireOwner(UUID requester) {
    if (!ownerId.equals(requester)) {
      throw Refusal.notFound();
    }
  }
}
