package dev.annals.gateway;

import dev.annals.base.start.Draining;
import dev.annals.base.web.RequestId;
import dev.annals.base.web.RequestLine;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * The outermost filter: sets the request id, answers errors of other filters, adds the headers
 * common to all answers, and logs one line per request, without its query.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
record RequestLog(ProblemHandler problems, Draining draining) implements WebFilter {

  /** The request attribute with the id of the authenticated user. */
  static final String USER = RequestLog.class.getName() + ".user";

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    long start = System.nanoTime();
    String id =
        RequestId.acceptOrCreate(exchange.getRequest().getHeaders().getFirst(RequestId.HEADER));
    ServerWebExchange named =
        exchange
            .mutate()
            .request(request -> request.headers(headers -> headers.set(RequestId.HEADER, id)))
            .build();
    exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> complete(exchange, id)));
    return chain
        .filter(named)
        .onErrorResume(
            thrown -> {
              try (var key = MDC.putCloseable(RequestId.KEY, id)) {
                return problems.answer(named, thrown);
              }
            })
        .doFinally(end -> log(exchange, id, start));
  }

  private void complete(ServerWebExchange exchange, String id) {
    HttpHeaders headers = exchange.getResponse().getHeaders();
    headers.set(RequestId.HEADER, id);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("X-XSS-Protection", "0");
    if (headers.getCacheControl() == null) {
      headers.setCacheControl("no-cache, no-store, max-age=0, must-revalidate");
    }
    if (draining.hasBegun() || ExpectContinue.isUnmet(exchange)) {
      headers.setConnection("close");
    }
  }

  private static void log(ServerWebExchange exchange, String id, long start) {
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    RequestLine.log(
        id,
        exchange.getRequest().getMethod().name(),
        exchange.getRequest().getURI().getRawPath(),
        status == null ? 0 : status.value(),
        System.nanoTime() - start,
        exchange.getAttribute(USER));
  }
}
