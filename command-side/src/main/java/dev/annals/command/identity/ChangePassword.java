package dev.annals.command.identity;

import java.util.Optional;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Ends the user's sessions, too.
 *
 * @param checkedHash the hash that the user's current password was checked against, if it was
 * @param survivingSession the one that stays
 * @param mailed whether a link in a mail to the user's address let them
 */
record ChangePassword(
    @TargetAggregateIdentifier UUID userId,
    String passwordHash,
    Optional<String> checkedHash,
    Optional<UUID> survivingSession,
    boolean mailed) {

  // Commands may be logged; the hash may not.
  @Override
  public String toString() {
    return "ChangePassword[userId=" + userId + "]";
  }
}
