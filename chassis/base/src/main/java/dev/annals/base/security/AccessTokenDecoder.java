package dev.annals.base.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.annals.base.validation.Uuids;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedRuntimeException;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Decodes access tokens: JWTs (RFC 9068), signed with ES256 by a known key and never by one from
 * the token itself. The gateway and the sides share it; only the sides also know the session and
 * the names of the roles.
 */
public final class AccessTokenDecoder implements JwtDecoder {

  // The program's own tokens have about 500 characters.
  private static final int MAX_LENGTH = 4096;

  /**
   * The one form of a token with a signature of 64 bytes: base64url without padding, with zero for
   * the unused bits of the last character (RFC 4648, 3.5).
   */
  private static final Pattern CANONICAL =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{85}[AQgw]");

  private static final Set<String> HEADER = Set.of("alg", "typ", "kid");
  private static final Set<String> CLAIMS =
      Set.of("iss", "aud", "sub", "sid", "roles", "iat", "exp", "jti");
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
  private static final Duration CACHE_TTL = Duration.ofMinutes(1);
  private static final int MAX_CACHED = 10_000;

  private final VerificationKeys keys;
  private final NimbusJwtDecoder decoder;
  private final JwtTimestampValidator timestamps = new JwtTimestampValidator(CLOCK_SKEW);

  /**
   * Tokens with a valid signature. Verifying a signature costs more CPU than the rest of most
   * requests, and clients repeat their tokens.
   */
  private final Cache<String, Jwt> verified =
      Caffeine.newBuilder().expireAfterWrite(CACHE_TTL).maximumSize(MAX_CACHED).build();

  public AccessTokenDecoder(VerificationKeys keys, TokenProperties properties, Clock clock) {
    this.keys = keys;
    timestamps.setClock(clock);
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(this::select);
    processor.setJWTClaimsSetVerifier(AccessTokenDecoder::requireClaims);
    this.decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtIssuerValidator(properties.issuer()),
            new JwtAudienceValidator(properties.audience()),
            new JwtClaimValidator<Object>("sub", AccessTokenDecoder::isId),
            new JwtClaimValidator<Object>("sid", AccessTokenDecoder::isId),
            new JwtClaimValidator<Object>("roles", List.class::isInstance)));
  }

  /**
   * Decodes a token.
   *
   * @param token any text from a client
   * @throws UnknownKeyException if there is no key of its name
   * @throws BadJwtException if it is not a valid token now
   */
  @Override
  public Jwt decode(String token) {
    Jwt known = verified.getIfPresent(token);
    if (known != null && keys.find((String) known.getHeaders().get("kid")).isEmpty()) {
      throw new UnknownKeyException(null);
    }
    Jwt valid = known == null ? verify(token) : known;
    if (timestamps.validate(valid).hasErrors()) {
      throw new BadJwtException("The token is not valid at this time");
    }
    return valid;
  }

  private Jwt verify(String token) {
    if (token.length() > MAX_LENGTH || !CANONICAL.matcher(token).matches()) {
      throw new BadJwtException("Not an access token");
    }
    try {
      Jwt valid = decoder.decode(token);
      verified.put(token, valid);
      return valid;
    } catch (JwtException refused) {
      // The keys cannot be read.
      if (refused.getCause() instanceof NestedRuntimeException unavailable) {
        throw unavailable;
      }
      throw refused instanceof BadJwtException ? refused : new UnknownKeyException(refused);
    }
  }

  private List<ECPublicKey> select(JWSHeader header, @Nullable SecurityContext context)
      throws KeySourceException {
    return JWSAlgorithm.ES256.equals(header.getAlgorithm())
            && HEADER.equals(header.getIncludedParams())
        ? List.of(
            keys.find(header.getKeyID())
                .orElseThrow(() -> new KeySourceException("There is no such key")))
        : List.of();
  }

  /** Checks this before Spring reads the claims: it completes a missing {@code iat}. */
  private static void requireClaims(JWTClaimsSet claims, @Nullable SecurityContext context)
      throws BadJWTException {
    if (!claims.getClaims().keySet().containsAll(CLAIMS)) {
      throw new BadJWTException("A claim is missing");
    }
  }

  private static boolean isId(@Nullable Object claim) {
    return claim instanceof String text && Uuids.parse(text).isPresent();
  }

  /** Thrown for a token of an unknown key, which another process may just have created. */
  public static final class UnknownKeyException extends BadJwtException {

    private static final long serialVersionUID = 1L;

    private UnknownKeyException(@Nullable Throwable cause) {
      super("There is no such key", cause);
    }
  }
}
