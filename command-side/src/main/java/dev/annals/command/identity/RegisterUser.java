package dev.annals.command.identity;

import dev.annals.events.identity.Role;
import java.util.Set;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record RegisterUser(
    @TargetAggregateIdentifier UUID userId,
    String email,
    String passwordHash,
    String displayName,
    Set<Role> roles) {

  // Commands may be logged; the hash may not.
  @Override
  public String toString() {
    return "RegisterUser[userId=" + userId + "]";
  }
}
