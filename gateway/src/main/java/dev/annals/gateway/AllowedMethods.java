package dev.annals.gateway;

import dev.annals.base.problem.AllowHeader;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Answers {@code OPTIONS} and 405 with the methods of both sides. A side knows its own methods
 * only, and answers 404 if it has none at the path.
 */
@Component
record AllowedMethods(ApiDocument document) implements GlobalFilter, Ordered {

  /** Runs between the answer of a side and its forwarding. */
  @Override
  public int getOrder() {
    return 0;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return chain.filter(exchange).then(Mono.defer(() -> complete(exchange)));
  }

  private Mono<Void> complete(ServerWebExchange exchange) {
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    HttpMethod asked = exchange.getRequest().getMethod();
    if (asked.equals(HttpMethod.OPTIONS)) {
      return options(exchange, status);
    }
    if (!HttpStatus.NOT_FOUND.isSameCodeAs(status)
        && !HttpStatus.METHOD_NOT_ALLOWED.isSameCodeAs(status)) {
      return Mono.empty();
    }
    HttpMethod method = asked.equals(HttpMethod.HEAD) ? HttpMethod.GET : asked;
    return methods(exchange)
        .filter(methods -> !methods.contains(method))
        .flatMap(methods -> Mono.error(new MethodNotAllowedException(method, methods)));
  }

  /** Returns the mapped methods; empty if no side describes the path. */
  private Mono<Set<HttpMethod>> methods(ServerWebExchange exchange) {
    return document
        .methods(exchange.getRequest().getPath().pathWithinApplication())
        // Without the document the side's answer stays.
        .onErrorReturn(Set.of())
        .filter(methods -> !methods.isEmpty());
  }

  /** Answers as Spring MVC does if one program maps all methods of the resource. */
  private Mono<Void> options(ServerWebExchange exchange, @Nullable HttpStatusCode status) {
    if (!HttpStatus.OK.isSameCodeAs(status) && !HttpStatus.NOT_FOUND.isSameCodeAs(status)) {
      return Mono.empty();
    }
    return methods(exchange)
        .doOnNext(
            methods -> {
              ServerWebExchangeUtils.reset(exchange);
              exchange.getResponse().setStatusCode(HttpStatus.OK);
              exchange.getResponse().getHeaders().set(HttpHeaders.ALLOW, AllowHeader.of(methods));
            })
        .then();
  }
}
