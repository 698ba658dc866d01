package dev.annals.command.identity;

import java.util.Optional;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Destroys the user's key, and with it their account and their sessions; the rest follows.
 *
 * @param checkedHash the hash that the user's password was checked against, if it was
 */
record EraseUser(@TargetAggregateIdentifier UUID userId, Optional<String> checkedHash) {

  EraseUser(UUID userId) {
    this(userId, Optional.empty());
  }

  // Commands may be logged; the hash may not.
  @Override
  public String toString() {
    return "EraseUser[userId=" + userId + "]";
  }
}
