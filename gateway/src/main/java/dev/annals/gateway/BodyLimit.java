package dev.annals.gateway;

import dev.annals.api.ApiPaths;
import dev.annals.base.problem.Refusal;
import dev.annals.base.web.BodyProperties;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Answers bodies of more than 1 MiB with 413; an upload may have 1 MiB more than a file. The check
 * precedes all others. {@code Content-Length} is trusted, since HTTP ends the body there. A chunked
 * body is counted while it is forwarded. If the gateway refuses the request for another reason, it
 * counts the body to its end, except for uploads and clients that expect {@code 100 Continue}.
 */
@Component
@Order(-110)
record BodyLimit(BodyProperties limits) implements WebFilter {

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    boolean upload = isUpload(request);
    long max = limits.maxBytes(upload);
    if (request.getHeaders().getContentLength() > max) {
      return Mono.error(BodyProperties.tooLarge(max));
    }
    if (!request.getHeaders().containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
      return chain.filter(exchange);
    }
    AtomicBoolean read = new AtomicBoolean();
    Flux<DataBuffer> counted =
        counted(request.getBody(), max).doOnSubscribe(reader -> read.set(true));
    Mono<Void> answered = chain.filter(with(exchange, counted));
    return upload || ExpectContinue.has(request.getHeaders())
        ? answered
        : answered.onErrorResume(
            Refusal.class,
            refused ->
                read.get()
                    ? Mono.error(refused)
                    : counted
                        .doOnNext(DataBufferUtils::release)
                        .then(Mono.<Void>error(refused))
                        .contextWrite(BodyLimit::ignoreRepeatedErrors));
  }

  /** Drops the repeated error that Netty signals after the error was answered. */
  private static Context ignoreRepeatedErrors(Context context) {
    Consumer<Throwable> ignored = error -> {};
    return context.put("reactor.onErrorDropped.local", ignored);
  }

  private static boolean isUpload(ServerHttpRequest request) {
    return ApiPaths.UPLOADS.isUpload(
        request.getMethod().name(),
        request.getURI().getRawPath(),
        request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE));
  }

  static boolean isUpload(HttpRequest request) {
    return ApiPaths.UPLOADS.isUpload(
        request.method().name(),
        request.uri().replaceFirst("\\?.*", ""),
        request.headers().get(HttpHeaderNames.CONTENT_TYPE));
  }

  private static Flux<DataBuffer> counted(Flux<DataBuffer> body, long max) {
    return Flux.defer(
        () -> {
          AtomicLong bytes = new AtomicLong();
          Function<DataBuffer, DataBuffer> counting =
              part -> {
                if (bytes.addAndGet(part.readableByteCount()) > max) {
                  DataBufferUtils.release(part);
                  throw BodyProperties.tooLarge(max);
                }
                return part;
              };
          return body.map(counting);
        });
  }

  private static ServerWebExchange with(ServerWebExchange exchange, Flux<DataBuffer> body) {
    ServerHttpRequest request =
        new ServerHttpRequestDecorator(exchange.getRequest()) {
          @Override
          public Flux<DataBuffer> getBody() {
            return body;
          }
        };
    return exchange.mutate().request(request).build();
  }
}
