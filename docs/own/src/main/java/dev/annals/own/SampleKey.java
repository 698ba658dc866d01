package dev.annals.own;

import dev.annals.base.security.Role;
import dev.annals.base.security.VerificationKeys;
import dev.annals.http.security.LiveSessions;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.EcPrivateJwk;
import io.jsonwebtoken.security.Jwks;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The fixed key of the sample's access tokens. All sessions are live. A product has a secret key
 * and a table of sessions instead.
 */
@Component
final class SampleKey implements VerificationKeys, LiveSessions {

  private static final EcPrivateJwk KEY =
      (EcPrivateJwk)
          Jwks.parser()
              .build()
              .parse(
                  """
                  {"kty":"EC","crv":"P-256","kid":"sample",
                   "x":"KCHvWGwKAIQKRi-8L9Ek5JMaj1HTpFbZfiTocYI7xcE",
                   "y":"bNavFGZzxTOFAjru6NTi3g7V_t-z3wM7z9xUTfh1RPY",
                   "d":"KDLeYVRBbJzf7_5oVv_r-ngQcyFx9EV2ciSPzn6TUrA"}
                  """);

  @Override
  public Optional<ECPublicKey> find(String kid) {
    return kid.equals(KEY.getId()) ? Optional.of(KEY.toPublicJwk().toKey()) : Optional.empty();
  }

  @Override
  public Set<UUID> findLive(Set<UUID> sessionIds) {
    return sessionIds;
  }

  /** Returns an access token, which is valid for a day. */
  static String token(UUID user, Role... roles) {
    Instant now = Instant.now();
    return Jwts.builder()
        .header()
        .keyId(KEY.getId())
        .type("at+jwt")
        .and()
        .issuer("annals")
        .audience()
        .add("annals")
        .and()
        .subject(user.toString())
        .claim("sid", user.toString())
        .claim("roles", Stream.of(roles).map(Role::name).toList())
        .issuedAt(Date.from(now))
        .expiration(Date.from(now.plus(Duration.ofDays(1))))
        .id(UUID.randomUUID().toString())
        .signWith(KEY.toKey(), Jwts.SIG.ES256)
        .compact();
  }
}
