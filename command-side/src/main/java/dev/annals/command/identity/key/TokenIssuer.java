package dev.annals.command.identity.key;

import dev.annals.base.security.Role;
import dev.annals.base.security.TokenProperties;
import dev.annals.eventstore.crypto.SigningKeys;
import io.jsonwebtoken.Jwts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Issues access tokens: JWTs (RFC 9068), signed with ES256. */
@Component
public record TokenIssuer(SigningKeys keys, Clock clock, TokenProperties properties) {

  public static final Duration LIFETIME = Duration.ofMinutes(10);

  /** The age at which no token is accepted any more, with clock skew and a slow signer. */
  static final Duration MAX_AGE = LIFETIME.plusMinutes(1);

  /** Issues a token for a session. */
  public String issue(UUID userId, UUID sessionId, Set<Role> roles) {
    SigningKeys.SigningKey key = keys.current();
    Instant now = clock.instant();
    return Jwts.builder()
        .header()
        .keyId(key.kid())
        .type("at+jwt")
        .and()
        .issuer(properties.issuer())
        .audience()
        .add(properties.audience())
        .and()
        .subject(userId.toString())
        .claim("sid", sessionId.toString())
        .claim("roles", roles.stream().map(Role::name).sorted().toList())
        .issuedAt(Date.from(now))
        .expiration(Date.from(now.plus(LIFETIME)))
        .id(UUID.randomUUID().toString())
        .signWith(key.privateKey(), Jwts.SIG.ES256)
        .compact();
  }
}
