package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.ChannelOption;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Ends streams of server-sent events when the gateway stops, and closes the connection of a client
 * that does not read its stream. Other answers end by themselves, and may be read more slowly.
 */
@Component
final class EventStreams implements GlobalFilter, Ordered, SmartLifecycle {

  private static final String TIMEOUT_HANDLER = "annals.stream";
  private static final int WRITE_TIMEOUT_SECONDS = 5;
  // Small, since large buffers would hide a client that does not read.
  private static final int SOCKET_BUFFER_BYTES = 64 * 1024;
  private static final byte[] END =
      "event: end\ndata: {\"reason\":\"shutdown\"}\n\n".getBytes(UTF_8);

  private volatile Sinks.Empty<Void> end = Sinks.empty();
  private volatile boolean running;

  /** Precedes the filter that writes the answer of a side. */
  @Override
  public int getOrder() {
    return -2;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return chain.filter(
        exchange
            .mutate()
            .response(
                new ServerHttpResponseDecorator(exchange.getResponse()) {
                  /** Writes an answer whose parts are sent at once: a stream. */
                  @Override
                  public Mono<Void> writeAndFlushWith(
                      Publisher<? extends Publisher<? extends DataBuffer>> body) {
                    Connection client = closeIfSlow(exchange.getRequest());
                    return super.writeAndFlushWith(untilTheEnd(Flux.from(body), this, client))
                        .doFinally(signal -> client.removeHandler(TIMEOUT_HANDLER));
                  }
                })
            .build());
  }

  private static Connection closeIfSlow(ServerHttpRequest request) {
    HttpServerRequest server = ServerHttpRequestDecorator.getNativeRequest(request);
    AtomicReference<Connection> connection = new AtomicReference<>();
    server.withConnection(connection::set);
    Connection client = connection.get();
    client.channel().config().setOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES);
    return client.addHandlerLast(TIMEOUT_HANDLER, new WriteTimeoutHandler(WRITE_TIMEOUT_SECONDS));
  }

  /**
   * Ends a stream when the gateway stops. An event that was sent in part stays without an end.
   * Buffers are copied and released at once: a client that goes away in the middle of events would
   * leave some of them in the operators behind.
   */
  private Flux<Mono<DataBuffer>> untilTheEnd(
      Flux<? extends Publisher<? extends DataBuffer>> parts,
      ServerHttpResponseDecorator response,
      Connection client) {
    Tail tail = new Tail();
    // On the event loop, since Netty drops a write from another thread if it closes meanwhile.
    Mono<Void> stopping =
        end.asMono().publishOn(Schedulers.fromExecutor(client.channel().eventLoop()));
    return parts
        .<DataBuffer>concatMap(part -> part, 0)
        .map(EventStreams::release)
        .doOnNext(tail::read)
        .takeUntilOther(stopping)
        .concatWith(Mono.just(END).filter(last -> !running && tail.isBlankLine()))
        .map(bytes -> Mono.just(response.bufferFactory().wrap(bytes)));
  }

  private static byte[] release(DataBuffer buffer) {
    byte[] bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    return bytes;
  }

  /** The last two bytes of a stream. */
  private static final class Tail {

    private byte last;
    private byte lastButOne;

    void read(byte[] bytes) {
      for (int i = Math.max(0, bytes.length - 2); i < bytes.length; i++) {
        lastButOne = last;
        last = bytes[i];
      }
    }

    boolean isBlankLine() {
      return last == '\n' && lastButOne == '\n';
    }
  }

  @Override
  public void start() {
    end = Sinks.empty();
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    end.tryEmitEmpty();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Precedes the graceful shutdown of the server, which waits for the end of streams. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 1;
  }
}
