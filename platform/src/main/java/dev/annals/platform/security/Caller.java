package dev.annals.platform.security;

import dev.annals.events.identity.Role;
import java.util.Set;
import java.util.UUID;

/**
 * The principal of an authenticated request, from its access token.
 *
 * @param userId the token's {@code sub}
 * @param sessionId the token's {@code sid}
 * @param roles the token's {@code roles}
 */
public record Caller(UUID userId, UUID sessionId, Set<Role> roles) {

  public Caller {
    roles = Set.copyOf(roles);
  }
}
