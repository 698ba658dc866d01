package dev.annals.command.identity.key;

import dev.annals.base.security.Role;
import dev.annals.base.security.TokenProperties;
import dev.annals.eventstore.crypto.SigningKeys;
import dev.annals.http.security.Caller;
import dev.annals.http.security.TokenSigner;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Issues access tokens, signed with the current key. */
@Component
public record TokenIssuer(SigningKeys keys, Clock clock, TokenProperties properties) {

  public static final Duration LIFETIME = Duration.ofMinutes(10);

  /** The age at which no token is accepted any more, with clock skew and a slow signer. */
  static final Duration MAX_AGE = LIFETIME.plusMinutes(1);

  /** Issues a token for a session. */
  public String issue(UUID userId, UUID sessionId, Set<Role> roles) {
    SigningKeys.SigningKey key = keys.current();
    return new TokenSigner(key.kid(), key.privateKey(), properties)
        .sign(new Caller(userId, sessionId, roles), clock.instant(), LIFETIME);
  }
}
