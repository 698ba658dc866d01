package dev.annals.http.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.security.Role;
import dev.annals.base.security.TokenProperties;
import dev.annals.base.security.VerificationKeys;
import dev.annals.http.sample.Tokens;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.Keys;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;

class AccessTokensTest {

  private static final VerificationKeys KEYS =
      kid -> kid.equals(Tokens.KID) ? Optional.of(Tokens.PUBLIC_KEY) : Optional.empty();
  private static final TokenProperties ANNALS = new TokenProperties("annals", "annals");

  private final AccessTokens tokens = at(Duration.ZERO);

  @Test
  void returnsTheCallerOfAValidToken() {
    assertThat(tokens.verify(Tokens.of("USER", "AUDITOR")).map(AccessToken::caller))
        .contains(
            new Caller(
                UUID.fromString(Tokens.USER_ID),
                UUID.fromString(Tokens.SESSION_ID),
                Set.of(Role.USER, Role.AUDITOR)));
  }

  @Test
  void readsTheTokenAfterTheScheme() {
    String token = Tokens.of("USER");
    assertThat(tokens.bearer("bearer  " + token).orElseThrow().caller().sessionId())
        .hasToString(Tokens.SESSION_ID);
    assertThat(tokens.bearer("Bearer " + token).orElseThrow().expiresAt())
        .isBetween(Instant.now().plusSeconds(570), Instant.now().plusSeconds(600));
    assertThat(tokens.bearer(token)).isEmpty();
    assertThat(tokens.bearer("Basic " + token)).isEmpty();
    assertThat(tokens.bearer("")).isEmpty();
  }

  @Test
  void allowsThirtySecondsOfClockSkew() {
    String token = Tokens.of("USER");
    assertThat(at(Duration.ofSeconds(620)).verify(token)).isPresent();
    assertThat(at(Duration.ofSeconds(631)).verify(token)).isEmpty();
  }

  static Stream<JwtBuilder> invalidTokens() {
    return Stream.of(
        Tokens.valid("USER").header().type("JWT").and(),
        Tokens.valid("USER").header().type(null).and(),
        Tokens.valid("USER").header().keyId("other").and(),
        Tokens.valid("USER").header().keyId(null).and(),
        Tokens.valid("USER").header().add("jku", "https://example.org/keys").and(),
        Tokens.valid("USER").header().add("x5u", "https://example.org/key").and(),
        Tokens.valid("USER")
            .header()
            .add("jwk", Jwks.builder().key(Tokens.PUBLIC_KEY).build())
            .and(),
        Tokens.valid("USER").issuer("other"),
        Tokens.valid("USER").issuer(null),
        Tokens.valid("USER").audience().clear().add("other").and(),
        Tokens.valid("USER").audience().clear().and(),
        Tokens.valid("USER").subject(null),
        Tokens.valid("USER").subject("me"),
        Tokens.valid("USER").id(null),
        Tokens.valid("USER").issuedAt(null),
        Tokens.valid("USER").expiration(null),
        Tokens.valid("USER").expiration(Date.from(Instant.EPOCH)),
        Tokens.valid("USER").notBefore(Date.from(Instant.now().plusSeconds(3600))),
        Tokens.valid("USER").claim("sid", null),
        Tokens.valid("USER").claim("sid", 5),
        Tokens.valid("ROOT"),
        Tokens.valid("USER").claim("roles", null),
        Tokens.valid("USER").claim("roles", "USER"),
        Tokens.valid("USER").claim("roles", List.of(Map.of())));
  }

  @ParameterizedTest
  @MethodSource("invalidTokens")
  void refusesATokenWithAnInvalidHeaderOrClaim(JwtBuilder token) {
    assertThat(tokens.verify(token.signWith(Tokens.PRIVATE_KEY, Jwts.SIG.ES256).compact()))
        .isEmpty();
  }

  @Test
  void refusesOtherAlgorithmsAndKeys() {
    byte[] publicKey = Tokens.PUBLIC_KEY.getEncoded();
    assertThat(tokens.verify(Tokens.valid("USER").compact())).isEmpty();
    assertThat(
            tokens.verify(Tokens.valid("USER").signWith(Keys.hmacShaKeyFor(publicKey)).compact()))
        .isEmpty();
    assertThat(
            tokens.verify(
                Tokens.valid("USER")
                    .signWith(Jwts.SIG.ES256.keyPair().build().getPrivate(), Jwts.SIG.ES256)
                    .compact()))
        .isEmpty();
    assertThat(
            tokens.verify(
                Tokens.valid("USER")
                    .signWith(Jwts.SIG.ES384.keyPair().build().getPrivate(), Jwts.SIG.ES384)
                    .compact()))
        .isEmpty();
    assertThat(
            tokens.verify(
                Tokens.valid("USER")
                    .signWith(Jwts.SIG.RS256.keyPair().build().getPrivate(), Jwts.SIG.RS256)
                    .compact()))
        .isEmpty();
  }

  @Test
  void refusesAnotherEncodingOfTheSignature() {
    String token = Tokens.of("USER");
    int last = token.length() - 1;
    // Only two bits of the last character are used.
    char sameBits = (char) (token.charAt(last) + 1);
    assertThat(tokens.verify(token)).isPresent();
    assertThat(tokens.verify(token.substring(0, last) + sameBits)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'jku': 'https://example.org/keys'",
        "'x5u': 'https://example.org/key'",
        "'jwk': {'kty': 'EC'}",
        "'x5c': ['AA']",
        "'x5t': 'AA'",
        "'x5t#S256': 'AA'",
        "'crit': ['exp']",
        "'crit': ['b64'], 'b64': false",
        "'b64': false",
        "'zip': 'DEF'",
        "'cty': 'JWT'",
        "'alg': 'ES256'",
        "'kid': 'key-1'"
      })
  void refusesAnotherOrARepeatedHeaderParameter(String parameter) throws Exception {
    assertThat(tokens.verify(signed("", ""))).isPresent();
    assertThat(tokens.verify(signed(", " + parameter, ""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'sub': '" + Tokens.USER_ID + "'", "'roles': ['ADMIN']"})
  void refusesARepeatedClaim(String claim) throws Exception {
    assertThat(tokens.verify(signed("", ", " + claim))).isEmpty();
  }

  @Test
  void failsIfTheKeysCannotBeRead() {
    AccessTokens tokens =
        new AccessTokens(
            kid -> {
              throw new DataAccessResourceFailureException("The database is away");
            },
            sessions -> sessions,
            ANNALS,
            Clock.systemUTC());
    String token = Tokens.of("USER");
    assertThatThrownBy(() -> tokens.verify(token))
        .isInstanceOf(DataAccessResourceFailureException.class);
  }

  /** Returns a signed token with more text at the end of its header and of its claims. */
  private static String signed(String moreHeader, String moreClaims) throws Exception {
    long now = Instant.now().getEpochSecond();
    String content =
        encode(("{'alg': 'ES256', 'typ': 'at+jwt', 'kid': 'key-1'" + moreHeader + "}"))
            + "."
            + encode(
                "{'iss': 'annals', 'aud': 'annals', 'sub': '%s', 'sid': '%s', 'roles': ['USER'],"
                        .formatted(Tokens.USER_ID, Tokens.SESSION_ID)
                    + " 'jti': '1', 'iat': %d, 'exp': %d%s}".formatted(now, now + 600, moreClaims));
    Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(Tokens.PRIVATE_KEY);
    signer.update(content.getBytes(StandardCharsets.US_ASCII));
    return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());
  }

  @Test
  void refusesOtherTextWithoutAnException() {
    String token = Tokens.of("USER");
    String nested = "{\"alg\":\"ES256\",\"kid\":" + "[".repeat(1500) + "]".repeat(1500) + "}";
    for (String other :
        List.of(
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            "\u00e9.\u4e2d.\ud83d",
            token + ".",
            token + "=",
            token + " ",
            "x".repeat(100_000),
            "eyJhbGciOiJub25lIn0..",
            encode("null") + "." + encode("null") + ".",
            encode("[]") + ".e30.AA",
            encode("{\"alg\":5}") + ".e30.AA",
            encode(nested) + ".e30.AA",
            encode("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":[\"key-1\"]}") + ".e30.AA",
            token.substring(0, token.lastIndexOf('.') + 1) + encode("\0".repeat(64)))) {
      assertThat(tokens.verify(other)).as(other).isEmpty();
    }
  }

  @Test
  void refusesATokenWithChangedCharacters() {
    Random random = new Random(42);
    String alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.={}\"\u0000\u00e9 ";
    String token = Tokens.of("USER");
    for (int i = 0; i < 2000; i++) {
      StringBuilder changed = new StringBuilder(token);
      for (int n = random.nextInt(3); n >= 0; n--) {
        changed.setCharAt(
            random.nextInt(token.length()), alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (!changed.toString().equals(token)) {
        assertThat(tokens.verify(changed.toString())).as(changed.toString()).isEmpty();
      }
      assertThat(tokens.verify(token.substring(0, random.nextInt(token.length())))).isEmpty();
    }
  }

  @Test
  void refusesACachedTokenAfterItsExpiry() {
    MovableClock clock = new MovableClock();
    AccessTokens tokens = new AccessTokens(KEYS, sessions -> sessions, ANNALS, clock);
    String token = Tokens.of("USER");
    assertThat(tokens.verify(token)).isPresent();
    clock.offset = Duration.ofSeconds(620);
    assertThat(tokens.verify(token)).isPresent();
    clock.offset = Duration.ofSeconds(632);
    assertThat(tokens.verify(token)).isEmpty();
  }

  @Test
  void refusesACachedTokenAfterItsKeyIsRetired() {
    AtomicBoolean retired = new AtomicBoolean();
    VerificationKeys keys = kid -> retired.get() ? Optional.empty() : KEYS.find(kid);
    AccessTokens tokens = new AccessTokens(keys, sessions -> sessions, ANNALS, Clock.systemUTC());
    String token = Tokens.of("USER");
    assertThat(tokens.verify(token)).isPresent();
    retired.set(true);
    assertThat(tokens.verify(token)).isEmpty();
  }

  @Test
  void refusesATokenOfARevokedSession() {
    String token = Tokens.of("USER");
    assertThat(
            new AccessTokens(KEYS, sessions -> sessions, ANNALS, Clock.systemUTC()).verify(token))
        .isPresent();
    assertThat(
            new AccessTokens(KEYS, sessions -> Set.of(), ANNALS, Clock.systemUTC()).verify(token))
        .isEmpty();
  }

  private static AccessTokens at(Duration later) {
    return new AccessTokens(
        KEYS, sessions -> sessions, ANNALS, Clock.offset(Clock.systemUTC(), later));
  }

  private static String encode(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static final class MovableClock extends Clock {
    private Duration offset = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(offset);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
