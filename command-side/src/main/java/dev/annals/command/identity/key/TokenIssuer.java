package dev.annals.command.identity.key;

import dev.annals.events.identity.Role;
import dev.annals.platform.security.TokenProperties;
import io.jsonwebtoken.Jwts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Makes access tokens: JWTs by RFC 9068, signed with ES256. */
@Component
public class TokenIssuer {

  public static final Duration LIFETIME = Duration.ofMinutes(10);

  /** Until then whatever was signed before has expired, leeway and a slow signer included. */
  static final Duration LONGEST_USE = LIFETIME.plusMinutes(1);

  private final SigningKeys keys;
  private final Clock clock;
  private final String issuer;
  private final String audience;

  TokenIssuer(SigningKeys keys, Clock clock, TokenProperties properties) {
    this.keys = keys;
    this.clock = clock;
    this.issuer = properties.issuer();
    this.audience = properties.audience();
  }

  public String issue(UUID userId, UUID sessionId, Set<Role> roles) {
    SigningKeys.SigningKey key = keys.current();
    Instant now = clock.instant();
    return Jwts.builder()
        .header()
        .keyId(key.kid())
        .type("at+jwt")
        .and()
        .issuer(issuer)
        .audience()
        .add(audience)
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
