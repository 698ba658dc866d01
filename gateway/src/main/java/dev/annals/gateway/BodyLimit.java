package dev.annals.gateway;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Refuses bodies of more than 1 MiB (of a file that is uploaded: more than that one may have) with
 * 413, before anything else looks at the request. A length that is announced is believed, since
 * HTTP ends the body there. Of a chunked body as much as is allowed is kept before it is passed on;
 * a file is counted on its way.
 */
@Component
@Order(-110)
final class BodyLimit implements WebFilter {

  static final int MOST_BYTES = 1 << 20;

  private static final Pattern UPLOAD = Pattern.compile("/tasks/[^/]+/attachments/?");

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
    if (upload) {
      return chain.filter(with(exchange, counted(request.getBody(), most)));
    }
    return DataBufferUtils.join(request.getBody(), MOST_BYTES)
        .onErrorMap(DataBufferLimitException.class, tooMuch -> tooLarge(most))
        .map(BodyLimit::bytes)
        .map(bytes -> with(exchange, kept(exchange, bytes)))
        .defaultIfEmpty(exchange)
        .flatMap(chain::filter);
  }

  private static boolean isUpload(ServerHttpRequest request) {
    String path = request.getURI().getRawPath();
    String type = request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
    return path.startsWith("/files/")
        || (request.getMethod().equals(HttpMethod.POST)
            && UPLOAD.matcher(path).matches()
            && type != null
            && type.toLowerCase(Locale.ROOT).startsWith("multipart/"));
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

  private static byte[] bytes(DataBuffer joined) {
    byte[] bytes = new byte[joined.readableByteCount()];
    joined.read(bytes);
    DataBufferUtils.release(joined);
    return bytes;
  }

  private static Flux<DataBuffer> kept(ServerWebExchange exchange, byte[] bytes) {
    return Flux.defer(() -> Flux.just(exchange.getResponse().bufferFactory().wrap(bytes)));
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
