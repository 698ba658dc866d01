package dev.annals.gateway;

import dev.annals.base.web.CorsProperties;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Adds the headers of {@link CorsProperties} to all answers, and answers preflights. The sides do
 * not see the origin, so that only the gateway answers it.
 */
@Component
@Order(-120)
record Cors(CorsProperties cors) implements WebFilter {

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    if (AccessTokens.isManagement(exchange)) {
      return chain.filter(exchange);
    }
    ServerHttpRequest request = exchange.getRequest();
    HttpHeaders sent = request.getHeaders();
    String origin = sent.getOrigin();
    ServerHttpResponse response = exchange.getResponse();
    response.beforeCommit(() -> Mono.fromRunnable(() -> addHeaders(origin, response.getHeaders())));
    String requested = sent.getFirst(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    if (CorsProperties.isPreflight(request.getMethod().name(), origin, requested)) {
      return Mono.fromRunnable(
          () -> {
            cors.preflight(origin, requested).forEach(response.getHeaders()::set);
            response.setStatusCode(HttpStatus.OK);
          });
    }
    if (request.getPath().value().equals("/ws")
        && !cors.allowsWebSocket(origin, sent.getFirst(HttpHeaders.HOST))) {
      return Mono.error(CorsProperties.refusal());
    }
    return chain.filter(
        exchange
            .mutate()
            .request(forwarded -> forwarded.headers(all -> all.remove(HttpHeaders.ORIGIN)))
            .build());
  }

  /** Adds the headers after those of a side, whose {@code Vary} stays. */
  private void addHeaders(@Nullable String origin, HttpHeaders headers) {
    cors.headers(origin)
        .forEach(
            (name, value) -> {
              if (name.equals(HttpHeaders.VARY)) {
                headers.add(name, value);
              } else {
                headers.set(name, value);
              }
            });
  }
}
