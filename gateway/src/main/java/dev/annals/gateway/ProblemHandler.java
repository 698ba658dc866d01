package dev.annals.gateway;

import dev.annals.base.problem.AllowHeader;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.ProblemType;
import dev.annals.base.problem.Refusal;
import dev.annals.base.start.Causes;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/**
 * Answers errors of the gateway itself. It answers 503 if a side cannot be reached or closes the
 * connection before it answers; in the second case the side may have handled the request.
 */
@Component
final class ProblemHandler {

  private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

  /**
   * Answers an error. If a part of the answer was sent already, the connection is closed instead.
   */
  Mono<Void> answer(ServerWebExchange exchange, Throwable thrown) {
    ServerHttpRequest request = exchange.getRequest();
    ServerHttpResponse response = exchange.getResponse();
    if (response.isCommitted()) {
      return Mono.error(thrown);
    }
    Refusal refusal = of(thrown);
    log(refusal.problem(), request, thrown);
    // Drops the headers of the broken answer.
    ServerWebExchangeUtils.reset(exchange);
    byte[] document = refusal.document(request.getPath().value());
    refusal.headers().forEach(response.getHeaders()::set);
    response.getHeaders().setContentLength(document.length);
    response.setStatusCode(HttpStatusCode.valueOf(refusal.problem().status()));
    return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(document)));
  }

  private static Refusal of(Throwable thrown) {
    return Causes.of(thrown)
        .flatMap(ProblemHandler::known)
        .findFirst()
        .orElseGet(() -> new Refusal(Problem.INTERNAL_ERROR));
  }

  private static Stream<Refusal> known(Throwable thrown) {
    if (thrown instanceof Refusal refusal) {
      return Stream.of(refusal);
    }
    if (thrown instanceof MethodNotAllowedException unsupported) {
      return Stream.of(
          new Refusal(Problem.METHOD_NOT_ALLOWED)
              .with(HttpHeaders.ALLOW, AllowHeader.of(unsupported.getSupportedMethods())));
    }
    if (thrown instanceof ErrorResponse told) {
      return Stream.of(new Refusal(Problem.ofStatus(told.getStatusCode().value())));
    }
    if (thrown instanceof WebSocketClientHandshakeException refused) {
      return Stream.of(new Refusal(Problem.ofStatus(refused.response().status().code())));
    }
    if (thrown instanceof ReadTimeoutException || thrown instanceof TimeoutException) {
      return Stream.of(new Refusal(Problem.GATEWAY_TIMEOUT));
    }
    return thrown instanceof IOException || thrown instanceof AbortedException
        ? Stream.of(new Refusal(Problem.UNAVAILABLE))
        : Stream.empty();
  }

  private static void log(ProblemType problem, ServerHttpRequest request, Throwable thrown) {
    String path = request.getPath().value();
    if (problem == Problem.INTERNAL_ERROR) {
      log.error("{} {} failed", request.getMethod(), path, thrown);
    } else if (thrown instanceof AbortedException) {
      log.debug("{} {} was cancelled by the client", request.getMethod(), path, thrown);
    } else if (problem == Problem.UNAVAILABLE || problem == Problem.GATEWAY_TIMEOUT) {
      log.warn("{} {} cannot be answered: {}", request.getMethod(), path, thrown.toString());
    }
  }
}
