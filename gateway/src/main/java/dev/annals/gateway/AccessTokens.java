package dev.annals.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jwt.SignedJWT;
import dev.annals.platform.problem.Bearer;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.OpenPaths;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Requires an access token signed by one of the published keys, except on the open paths. The sides
 * verify the token again; only they know whether its session has ended.
 */
@Component
@Order(-100)
final class AccessTokens implements WebFilter {

  private static final String KEYS = "/.well-known/jwks.json";
  private static final String SCHEME = "Bearer ";
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
  private static final Duration VERIFIED_TTL = Duration.ofMinutes(1);
  private static final Duration FETCH_INTERVAL = Duration.ofSeconds(1);
  private static final int MAX_VERIFIED = 10_000;
  private static final List<PathPattern> OPEN =
      Stream.of(OpenPaths.PAGES, OpenPaths.ENDPOINTS)
          .flatMap(List::stream)
          .map(PathPatternParser.defaultInstance::parse)
          .toList();

  private final SharedFetch<JWKSet> keys;
  private final NimbusReactiveJwtDecoder decoder;
  // Verifying a signature is the most expensive step of a request.
  private final Cache<String, Jwt> verified =
      Caffeine.newBuilder().expireAfterWrite(VERIFIED_TTL).maximumSize(MAX_VERIFIED).build();
  private volatile JWKSet published = new JWKSet();

  AccessTokens(
      Upstreams sides,
      @Value("${annals.tokens.issuer:annals}") String issuer,
      @Value("${annals.tokens.audience:annals}") String audience) {
    this.keys =
        new SharedFetch<>(
            Mono.defer(() -> sides.get(sides.identity(), KEYS, "gateway"))
                .map(AccessTokens::parse)
                .doOnNext(known -> published = known),
            FETCH_INTERVAL);
    this.decoder =
        NimbusReactiveJwtDecoder.withJwkSource(this::key)
            .jwsAlgorithm(SignatureAlgorithm.ES256)
            .validateType(false)
            .jwtProcessorCustomizer(
                processor ->
                    processor.setJWSTypeVerifier(
                        new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt"))))
            .build();
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtTimestampValidator(CLOCK_SKEW),
            new JwtIssuerValidator(issuer),
            new JwtAudienceValidator(audience)));
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
    if (isManagement(exchange) || OPEN.stream().anyMatch(pattern -> pattern.matches(path))) {
      return chain.filter(exchange);
    }
    List<String> sent =
        exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION).stream()
            .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
            .toList();
    if (sent.size() != 1) {
      return Mono.error(unauthorized(sent.isEmpty() ? Bearer.CHALLENGE : Bearer.INVALID_TOKEN));
    }
    return verify(sent.get(0).substring(SCHEME.length()).strip())
        .onErrorMap(BadJwtException.class, bad -> unauthorized(Bearer.INVALID_TOKEN))
        .flatMap(
            token -> {
              exchange.getAttributes().put(RequestLog.USER, String.valueOf(token.getSubject()));
              return chain.filter(exchange);
            });
  }

  /** Returns true on the management port, whose context is a child of the API's. */
  static boolean isManagement(ServerWebExchange exchange) {
    ApplicationContext context = exchange.getApplicationContext();
    return context != null && context.getParent() != null;
  }

  private static Refusal unauthorized(String challenge) {
    return new Refusal(Problem.UNAUTHORIZED).with(HttpHeaders.WWW_AUTHENTICATE, challenge);
  }

  private Mono<Jwt> verify(String token) {
    Jwt known = verified.getIfPresent(token);
    if (known != null && Instant.now().isBefore(expiry(known))) {
      return Mono.just(known);
    }
    return decoder.decode(token).doOnNext(valid -> verified.put(token, valid));
  }

  private static Instant expiry(Jwt token) {
    return Objects.requireNonNullElse(token.getExpiresAt(), Instant.MIN);
  }

  /** Returns the key of a token; fetches the published keys if it is unknown. */
  private Flux<JWK> key(SignedJWT token) {
    String id = token.getHeader().getKeyID();
    if (id == null) {
      return Flux.empty();
    }
    @Nullable JWK known = published.getKeyByKeyId(id);
    return known != null ? Flux.just(known) : keys.next().flatMapIterable(JWKSet::getKeys);
  }

  private static JWKSet parse(byte[] json) {
    try {
      return JWKSet.parse(new String(json, StandardCharsets.UTF_8));
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }
}
