package dev.annals.gateway;

import java.util.Set;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
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
    if (!HttpStatus.NOT_FOUND.isSameCodeAs(status)
        && !HttpStatus.METHOD_NOT_ALLOWED.isSameCodeAs(status)) {
      return Mono.empty();
    }
    HttpMethod asked = exchange.getRequest().getMethod();
    HttpMethod method = asked.equals(HttpMethod.HEAD) ? HttpMethod.GET : asked;
    return document
        .methods(exchange.getRequest().getPath().pathWithinApplication())
        // Then a side's own answer has to do.
        .onErrorReturn(Set.of())
        .filter(methods -> !methods.isEmpty() && !methods.contains(method))
        .flatMap(methods -> Mono.error(new MethodNotAllowedException(method, methods)));
  }
}
