package dev.annals.command.identity;

import java.util.Optional;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Ends the user's sessions, too.
 *
 * @param checkedHash the hash that the current password was checked against; empty where a mailed
 *     link takes its place, which proves the user's address
 * @param survivingSession the one that stays
 */
record ChangePassword(
    @TargetAggregateIdentifier UUID userId,
    String passwordHash,
    Optional<String> checkedHash,
    Optional<UUID> survivingSession) {

  // Commands may be logged; the hash may not.
  @Override
  public String toString() {
    return "ChangePassword[userId=" + userId + "]";
  }
}
