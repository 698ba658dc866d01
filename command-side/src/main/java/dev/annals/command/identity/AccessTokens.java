package dev.annals.command.identity;

import dev.annals.events.identity.Role;
import io.jsonwebtoken.Jwts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Makes access tokens: JWTs by RFC 9068, signed with ES256. */
@Component
class AccessTokens {

  static final Duration LIFETIME = Duration.ofMinutes(10);

  private final SigningKeys keys;
  private final Clock clock;
  private final String issuer;
  private final String audience;

  AccessTokens(
      SigningKeys keys,
      Clock clock,
      @Value("${annals.tokens.issuer:annals}") String issuer,
      @Value("${annals.tokens.audience:annals}") String audience) {
    this.keys = keys;
    this.clock = clock;
    this.issuer = issuer;
    this.audience = audience;
  }

  String issue(UUID userId, UUID sessionId, Set<Role> roles) {
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
