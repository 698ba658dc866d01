package dev.annals.gateway;

import dev.annals.platform.start.Draining;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
final class RequestLog implements WebFilter {

  static final String REQUEST_ID = "X-Request-Id";

  /** The request attribute with the id of the authenticated user. */
  static final String USER = RequestLog.class.getName() + ".user";

  private static final String KEY = "requestId";
  private static final Logger log = LoggerFactory.getLogger("annals.request");
  private static final Pattern ALLOWED_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Set<String> PROBES = Set.of("/livez", "/readyz");

  private final ProblemHandler problems;
  private final Draining draining;

  RequestLog(ProblemHandler problems, Draining draining) {
    this.problems = problems;
    this.draining = draining;
  }

  static String validOrNewId(@Nullable String sent) {
    return sent != null && ALLOWED_ID.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    long start = System.nanoTime();
    String id = validOrNewId(exchange.getRequest().getHeaders().getFirst(REQUEST_ID));
    ServerWebExchange named =
        exchange
            .mutate()
            .request(request -> request.headers(headers -> headers.set(REQUEST_ID, id)))
            .build();
    exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> complete(exchange, id)));
    return chain
        .filter(named)
        .onErrorResume(
            thrown -> {
              try (var key = MDC.putCloseable(KEY, id)) {
                return problems.answer(named, thrown);
              }
            })
        .doFinally(end -> log(exchange, id, start));
  }

  private void complete(ServerWebExchange exchange, String id) {
    HttpHeaders headers = exchange.getResponse().getHeaders();
    headers.set(REQUEST_ID, id);
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
    log(
        id,
        exchange.getRequest().getMethod().name(),
        exchange.getRequest().getURI().getRawPath(),
        status == null ? 0 : status.value(),
        (System.nanoTime() - start) / 1_000_000,
        exchange.getAttributeOrDefault(USER, "-"));
  }

  /** Logs one request; probes are left out. */
  static void log(String id, String method, String path, int status, long millis, String user) {
    if (PROBES.contains(path)) {
      return;
    }
    try (var key = MDC.putCloseable(KEY, id)) {
      log.info("{} {} {} {}ms {}", method, path, status, millis, user);
    }
  }
}
