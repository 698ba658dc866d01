package dev.annals.http.security;

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
import org.springframework.security.oauth2.jwt.JwtDecoder;

/** Decodes access tokens, which are valid as long as their session. */
public final class AccessTokens implements JwtDecoder {

  private final AccessTokenDecoder decoder;
  private final LiveSessions sessions;

  public AccessTokens(
      VerificationKeys keys, LiveSessions sessions, TokenProperties properties, Clock clock) {
    this.decoder = new AccessTokenDecoder(keys, properties, clock);
    this.sessions = sessions;
  }

  /**
   * Decodes a token.
   *
   * @param token any text from a client
   * @throws BadJwtException if it is not a valid token now
   * @throws org.springframework.dao.DataAccessException if the sessions cannot be read
   */
  @Override
  public Jwt decode(String token) {
    Jwt valid = decoder.decode(token);
    UUID session = Caller.of(valid).sessionId();
    if (!sessions.findLive(Set.of(session)).contains(session)) {
      throw new BadJwtException("The session has ended");
    }
    return valid;
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

  Optional<AccessToken> verify(String token) {
    try {
      Jwt valid = decode(token);
      return Optional.of(new AccessToken(Caller.of(valid), valid.getExpiresAt()));
    } catch (BadJwtException refused) {
      return Optional.empty();
    }
  }
}
