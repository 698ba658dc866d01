package dev.annals.command.identity;

import dev.annals.events.identity.Role;
import java.util.Set;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Opens an account.
 *
 * @param verified whether the address is known to be the user's; else a mail asks
 */
record RegisterUser(
    @TargetAggregateIdentifier UUID userId,
    String email,
    String passwordHash,
    String displayName,
    Set<Role> roles,
    boolean verified) {

  // Commands may be logged; the hash may not.
  @Override
  public String toString() {
    return "RegisterUser[userId=" + userId + "]";
  }
}
