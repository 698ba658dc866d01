package dev.annals.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.annals.api.ApiPaths;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.security.AccessTokenDecoder;
import dev.annals.base.security.AccessTokenDecoder.UnknownKeyException;
import dev.annals.base.security.BearerScheme;
import dev.annals.base.security.TokenProperties;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Requires an access token signed by one of the published keys, except on the open paths. The sides
 * verify the token again; only they know whether its session has ended.
 */
@Component
@Order(-100)
final class AccessTokens implements WebFilter {

  private static final String KEYS = "/.well-known/jwks.json";
  private static final Duration FETCH_INTERVAL = Duration.ofSeconds(1);

  private final SharedFetch<Map<String, ECPublicKey>> keys;
  private final AccessTokenDecoder decoder;
  private volatile Map<String, ECPublicKey> published = Map.of();

  AccessTokens(Upstreams sides, TokenProperties properties) {
    this.keys =
        new SharedFetch<>(
            Mono.defer(() -> sides.get(sides.identity(), KEYS, "gateway"))
                .map(AccessTokens::parse)
                .doOnNext(known -> published = known),
            FETCH_INTERVAL);
    this.decoder =
        new AccessTokenDecoder(
            id -> Optional.ofNullable(published.get(id)), properties, Clock.systemUTC());
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    if (isManagement(exchange) || isOpen(exchange.getRequest())) {
      return chain.filter(exchange);
    }
    List<String> sent =
        BearerScheme.tokens(
            exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION));
    if (sent.size() != 1) {
      return Mono.error(
          unauthorized(sent.isEmpty() ? BearerScheme.CHALLENGE : BearerScheme.INVALID_TOKEN));
    }
    return verify(sent.get(0))
        .onErrorMap(BadJwtException.class, bad -> unauthorized(BearerScheme.INVALID_TOKEN))
        .flatMap(
            token -> {
              exchange.getAttributes().put(RequestLog.USER, token.getSubject());
              return chain.filter(exchange);
            });
  }

  private static boolean isOpen(ServerHttpRequest request) {
    String path = request.getPath().pathWithinApplication().value();
    return ApiPaths.ACCESS.isOpen(path)
        // The side checks the token if its console is disabled.
        || ApiPaths.opensTheSite(
            request.getMethod().name(), path, request.getHeaders().getOrEmpty(HttpHeaders.ACCEPT));
  }

  /** Returns true on the management port, whose context is a child of the API's. */
  static boolean isManagement(ServerWebExchange exchange) {
    ApplicationContext context = exchange.getApplicationContext();
    return context != null && context.getParent() != null;
  }

  private static Refusal unauthorized(String challenge) {
    return new Refusal(Problem.UNAUTHORIZED).with(HttpHeaders.WWW_AUTHENTICATE, challenge);
  }

  /** Verifies a token; fetches the published keys if its key is unknown. */
  private Mono<Jwt> verify(String token) {
    return Mono.fromCallable(() -> decoder.decode(token))
        .onErrorResume(
            UnknownKeyException.class,
            unknown -> keys.next().map(fetched -> decoder.decode(token)));
  }

  private static Map<String, ECPublicKey> parse(byte[] json) {
    try {
      Map<String, ECPublicKey> keys = new HashMap<>();
      for (JWK key : JWKSet.parse(new String(json, StandardCharsets.UTF_8)).getKeys()) {
        if (key instanceof ECKey known) {
          keys.put(known.getKeyID(), known.toECPublicKey());
        }
      }
      return keys;
    } catch (ParseException | JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
