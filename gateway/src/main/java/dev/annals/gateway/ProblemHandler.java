package dev.annals.gateway;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers what goes wrong in the gateway itself. A side that cannot be reached, or that breaks off
 * before it has answered, is 503; in the second case nobody knows whether it heard the request.
 */
@Component
@Order(-2) // Boot's own is at -1.
final class ProblemHandler implements WebExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);
  private static final String REQUEST_ID = "X-Request-Id";
  private static final Pattern ALLOWED_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Once a part of the answer has left, all that can be done is to break it off, too. */
  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
    ServerHttpRequest request = exchange.getRequest();
    ServerHttpResponse response = exchange.getResponse();
    if (response.isCommitted()) {
      return Mono.error(thrown);
    }
    Problem problem = of(thrown);
    String requestId = acceptOrMake(request.getHeaders().getFirst(REQUEST_ID));
    log(problem, requestId, request, thrown);
    HttpHeaders headers = response.getHeaders();
    // They are of the answer that broke off.
    headers.clear();
    if (thrown instanceof MethodNotAllowedException told) {
      headers.setAllow(told.getSupportedMethods());
    }
    if (problem == Problem.UNAVAILABLE) {
      headers.set(HttpHeaders.RETRY_AFTER, "5");
    }
    headers.set(REQUEST_ID, requestId);
    headers.setCacheControl("no-store");
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    byte[] document = JsonMapper.shared().writeValueAsBytes(document(problem, request));
    headers.setContentLength(document.length);
    response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
    return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(document)));
  }

  private static Problem of(Throwable thrown) {
    if (thrown instanceof ErrorResponse told) {
      return Problem.of(told.getStatusCode());
    }
    boolean connection =
        Stream.iterate(thrown, cause -> cause != null, Throwable::getCause)
            .anyMatch(IOException.class::isInstance);
    return connection ? Problem.UNAVAILABLE : Problem.INTERNAL_ERROR;
  }

  private static void log(
      Problem problem, String requestId, ServerHttpRequest request, Throwable thrown) {
    String path = request.getPath().value();
    if (problem == Problem.INTERNAL_ERROR) {
      log.error("[{}] {} {} failed", requestId, request.getMethod(), path, thrown);
    } else if (problem == Problem.UNAVAILABLE) {
      log.warn(
          "[{}] {} {} has to wait: {}", requestId, request.getMethod(), path, thrown.toString());
    }
  }

  private static String acceptOrMake(@Nullable String sent) {
    return sent != null && ALLOWED_ID.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
  }

  private static Map<String, Object> document(Problem problem, ServerHttpRequest request) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", problem.type());
    members.put("title", problem.title());
    members.put("status", problem.status());
    members.put("detail", problem.detail());
    members.put("instance", request.getPath().value());
    return members;
  }
}
