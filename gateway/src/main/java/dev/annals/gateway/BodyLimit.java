package dev.annals.gateway;

import dev.annals.platform.start.Uploads;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Refuses bodies of more than 1 MiB (of a file that is uploaded: more than that one may have) with
 * 413, before anything else looks at the request. A length that is announced is believed, since
 * HTTP ends the body there. A chunked body is counted on its way; to the end, if the gateway
 * refuses the request for another reason, unless the client waits to be asked for it.
 */
@Component
@Order(-110)
final class BodyLimit implements WebFilter {

  static final int MOST_BYTES = 1 << 20;

  private final long mostBytesOfUpload;

  BodyLimit(@Value("${annals.attachments.max-size:25MB}") DataSize mostOfFile) {
    // What surrounds the file may have as much as any body.
    mostBytesOfUpload = mostOfFile.toBytes() + MOST_BYTES;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    boolean upload = isUpload(request);
    long most = upload ? mostBytesOfUpload : MOST_BYTES;
    if (request.getHeaders().getContentLength() > most) {
      return Mono.error(tooLarge(most));
    }
    if (!request.getHeaders().containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
      return chain.filter(exchange);
    }
    AtomicBoolean read = new AtomicBoolean();
    Flux<DataBuffer> counted =
        counted(request.getBody(), most).doOnSubscribe(reader -> read.set(true));
    Mono<Void> answered = chain.filter(with(exchange, counted));
    return upload || ExpectContinue.has(request.getHeaders())
        ? answered
        : answered.onErrorResume(
            RefusedException.class,
            refused ->
                read.get()
                    ? Mono.error(refused)
                    : counted
                        .doOnNext(DataBufferUtils::release)
                        .then(Mono.<Void>error(refused))
                        .contextWrite(BodyLimit::ignoreWhatIsToldTwice));
  }

  /** Netty tells an error once more when the answer to it has left. */
  private static Context ignoreWhatIsToldTwice(Context context) {
    Consumer<Throwable> ignored = error -> {};
    return context.put("reactor.onErrorDropped.local", ignored);
  }

  private static boolean isUpload(ServerHttpRequest request) {
    return Uploads.isUpload(
        request.getMethod().name(),
        request.getURI().getRawPath(),
        request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE));
  }

  static boolean isUpload(HttpRequest request) {
    return Uploads.isUpload(
        request.method().name(),
        request.uri().replaceFirst("\\?.*", ""),
        request.headers().get(HttpHeaderNames.CONTENT_TYPE));
  }

  private static RefusedException tooLarge(long most) {
    return new RefusedException(
        Problem.CONTENT_TOO_LARGE, "A body may have at most " + most + " bytes.");
  }

  private static Flux<DataBuffer> counted(Flux<DataBuffer> body, long most) {
    return Flux.defer(
        () -> {
          AtomicLong bytes = new AtomicLong();
          Function<DataBuffer, DataBuffer> counting =
              part -> {
                if (bytes.addAndGet(part.readableByteCount()) > most) {
                  DataBufferUtils.release(part);
                  throw tooLarge(most);
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
