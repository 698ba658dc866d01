package dev.annals.platform.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.annals.events.identity.Role;
import dev.annals.platform.validation.Uuids;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwsHeader;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.MalformedJwtException;
import io.jsonwebtoken.io.Decoders;
import io.jsonwebtoken.io.Encoders;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Verifies access tokens: JWTs (RFC 9068), signed with ES256 by a stored key and never by one from
 * the token itself, and valid as long as their session.
 */
@Component
public final class AccessTokens {

  private static final String SCHEME = "Bearer ";

  // The program's own tokens have about 500 characters.
  private static final int MAX_LENGTH = 4096;
  private static final Pattern COMPACT =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
  private static final long SKEW_SECONDS = 30;
  private static final Duration CACHE_TTL = Duration.ofMinutes(1);
  private static final int MAX_CACHED = 10_000;
  private static final Set<String> FOREIGN_KEYS =
      Set.of("jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "zip", "b64");

  private final VerificationKeys keys;
  private final LiveSessions sessions;
  private final Clock clock;
  private final JwtParser parser;

  /**
   * Tokens with a valid signature. Verifying a signature costs more CPU than the rest of most
   * requests, and clients repeat their tokens.
   */
  private final Cache<String, Verified> verified =
      Caffeine.newBuilder().expireAfterWrite(CACHE_TTL).maximumSize(MAX_CACHED).build();

  public AccessTokens(
      VerificationKeys keys, LiveSessions sessions, TokenProperties properties, Clock clock) {
    this.keys = keys;
    this.sessions = sessions;
    this.clock = clock;
    this.parser =
        Jwts.parser()
            .sig()
            .clear()
            .add(Jwts.SIG.ES256)
            .and()
            .clock(() -> Date.from(clock.instant()))
            .clockSkewSeconds(SKEW_SECONDS)
            .requireIssuer(properties.issuer())
            .requireAudience(properties.audience())
            .keyLocator(this::key)
            .build();
  }

  /**
   * Verifies a token.
   *
   * @param token any text from a client
   * @return empty if it is not a valid token now
   * @throws org.springframework.dao.DataAccessException if the sessions cannot be read
   */
  Optional<AccessToken> verify(String token) {
    return verifySignature(token)
        .filter(
            valid -> {
              UUID session = valid.caller().sessionId();
              return sessions.findLive(Set.of(session)).contains(session);
            });
  }

  private Optional<AccessToken> verifySignature(String token) {
    Verified cached = verified.getIfPresent(token);
    if (cached == null) {
      return parse(token);
    }
    Instant now = clock.instant();
    return cached.token().expiresAt().isBefore(now.minusSeconds(SKEW_SECONDS))
            || keys.find(cached.kid()).isEmpty()
        ? Optional.empty()
        : Optional.of(cached.token());
  }

  private Optional<AccessToken> parse(String token) {
    try {
      if (token.length() > MAX_LENGTH || !isCanonical(token)) {
        return Optional.empty();
      }
      Jws<Claims> jws = parser.parseSignedClaims(token);
      Claims claims = jws.getPayload();
      AccessToken valid = new AccessToken(caller(claims), claims.getExpiration().toInstant());
      verified.put(token, new Verified(valid, jws.getHeader().getKeyId()));
      return Optional.of(valid);
    } catch (JwtException | IllegalArgumentException invalid) {
      return Optional.empty();
    }
  }

  /**
   * Verifies the token in the value of an {@code Authorization} header (RFC 6750, 2.1).
   *
   * @param authorization any text from a client
   * @return empty if it has no token that is valid now
   * @throws org.springframework.dao.DataAccessException if the sessions cannot be read
   */
  public Optional<AccessToken> bearer(String authorization) {
    return isBearer(authorization)
        ? verify(authorization.substring(SCHEME.length()).strip())
        : Optional.empty();
  }

  /** Returns whether the value of an {@code Authorization} header has the Bearer scheme. */
  static boolean isBearer(String authorization) {
    return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * Returns whether a token has its canonical form: base64url without padding, with zero for the
   * unused bits of the signature's last character (RFC 4648, 3.5).
   */
  private static boolean isCanonical(String token) {
    if (!COMPACT.matcher(token).matches()) {
      return false;
    }
    String signature = token.substring(token.lastIndexOf('.') + 1);
    byte[] bytes = Decoders.BASE64URL.decode(signature);
    return Encoders.BASE64URL.encode(bytes).equals(signature);
  }

  private Key key(Header header) {
    if (!(header instanceof JwsHeader signed)
        || !"at+jwt".equals(signed.getType())
        || signed.getKeyId() == null
        || signed.keySet().stream().anyMatch(FOREIGN_KEYS::contains)) {
      throw new MalformedJwtException("Not an access token");
    }
    return keys.find(signed.getKeyId())
        .orElseThrow(() -> new MalformedJwtException("Not a known key"));
  }

  private static Caller caller(Claims claims) {
    if (claims.getExpiration() == null || claims.getIssuedAt() == null || claims.getId() == null) {
      throw new MalformedJwtException("A claim is missing");
    }
    Set<Role> roles = EnumSet.noneOf(Role.class);
    List<?> named = claims.get("roles", List.class);
    if (named == null) {
      throw new MalformedJwtException("A claim is missing");
    }
    named.forEach(name -> roles.add(Role.valueOf(String.valueOf(name))));
    return new Caller(id(claims.getSubject()), id(claims.get("sid", String.class)), roles);
  }

  private record Verified(AccessToken token, String kid) {}

  private static UUID id(String text) {
    return Optional.ofNullable(text)
        .flatMap(Uuids::parse)
        .orElseThrow(() -> new MalformedJwtException("Not an id"));
  }
}
