package dev.annals.gateway;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Says which methods there are where one side has the reads of a resource and the other one its
 * changes: each of them knows of its own alone, or of no resource at all.
 */
@Component
final class AllowedMethods implements GlobalFilter, Ordered {

  private final ApiDocument document;

  AllowedMethods(ApiDocument document) {
    this.document = document;
  }

  /** When a side has answered, before its answer is passed on. */
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

  /** With those that each resource knows without saying so, as Spring MVC has it on the sides. */
  static Set<HttpMethod> complete(Set<HttpMethod> mapped) {
    Set<HttpMethod> all = new TreeSet<>(mapped);
    if (all.contains(HttpMethod.GET)) {
      all.add(HttpMethod.HEAD);
    }
    all.add(HttpMethod.OPTIONS);
    return all;
  }

  /** Nothing, if no side describes the path. */
  private Mono<Set<HttpMethod>> methods(ServerWebExchange exchange) {
    return document
        .methods(exchange.getRequest().getPath().pathWithinApplication())
        // Then a side's own answer has to do.
        .onErrorReturn(Set.of())
        .filter(methods -> !methods.isEmpty());
  }

  /** As Spring MVC answers where one program has all of a resource. */
  private Mono<Void> options(ServerWebExchange exchange, @Nullable HttpStatusCode status) {
    if (!HttpStatus.OK.isSameCodeAs(status) && !HttpStatus.NOT_FOUND.isSameCodeAs(status)) {
      return Mono.empty();
    }
    return methods(exchange)
        .doOnNext(
            methods -> {
              // Of the side's answer nothing is left, as there is no more to say.
              ServerWebExchangeUtils.reset(exchange);
              exchange.getResponse().setStatusCode(HttpStatus.OK);
              exchange.getResponse().getHeaders().setAllow(complete(methods));
            })
        .then();
  }
}
