package dev.annals.own;

import dev.annals.base.security.Role;
import dev.annals.base.security.TokenProperties;
import dev.annals.base.security.VerificationKeys;
import dev.annals.http.security.Caller;
import dev.annals.http.security.LiveSessions;
import dev.annals.http.security.TokenSigner;
import io.jsonwebtoken.security.EcPrivateJwk;
import io.jsonwebtoken.security.Jwks;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
    return new TokenSigner(KEY.getId(), KEY.toKey(), new TokenProperties("annals", "annals"))
        .sign(new Caller(user, user, Set.of(roles)), Instant.now(), Duration.ofDays(1));
  }
}
