package dev.annals.http.security;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.annals.base.security.AccessTokenDecoder;
import dev.annals.base.security.BearerScheme;
import dev.annals.base.security.TokenProperties;
import dev.annals.base.security.VerificationKeys;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;

/** Verifies access tokens, which are valid as long as their session. */
public final class AccessTokens {

  private final AccessTokenDecoder decoder;
  private final LiveSessions sessions;

  /** The content of each token that the decoder still knows. */
  private final LoadingCache<Jwt, AccessToken> read =
      Caffeine.newBuilder()
          .weakKeys()
          .build(token -> new AccessToken(Caller.of(token), token.getExpiresAt()));

  public AccessTokens(
      VerificationKeys keys, LiveSessions sessions, TokenProperties properties, Clock clock) {
    this.decoder = new AccessTokenDecoder(keys, properties, clock);
    this.sessions = sessions;
  }

  /**
   * Verifies the token in the value of an {@code Authorization} header (RFC 6750, 2.1).
   *
   * @param authorization any text from a client
   * @return empty if it has no token that is valid now
   * @throws org.springframework.dao.DataAccessException if the sessions cannot be read
   */
  public Optional<AccessToken> bearer(String authorization) {
    return BearerScheme.tokens(List.of(authorization)).stream().findFirst().flatMap(this::verify);
  }

  /**
   * Verifies a token.
   *
   * @param token any text from a client
   * @return empty if it is not valid now, or its session has ended
   * @throws org.springframework.dao.DataAccessException if the sessions cannot be read
   */
  Optional<AccessToken> verify(String token) {
    try {
      AccessToken valid = read.get(decoder.decode(token));
      UUID session = valid.caller().sessionId();
      return sessions.findLive(Set.of(session)).contains(session)
          ? Optional.of(valid)
          : Optional.empty();
    } catch (BadJwtException refused) {
      return Optional.empty();
    }
  }
}
