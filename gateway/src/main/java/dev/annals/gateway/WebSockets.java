package dev.annals.gateway;

import io.netty.channel.ChannelOption;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.resources.ConnectionProvider;

/**
 * Relays WebSocket messages between a client and a side. It connects to the side before it answers
 * the handshake, so that a refusal or an unreachable side gives the client an HTTP error instead of
 * a connection that closes at once.
 */
@Component
final class WebSockets implements SmartLifecycle {

  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  // Small, since large buffers would hide a client that does not read.
  private static final int SOCKET_BUFFER_BYTES = 64 * 1024;
  private static final int WRITE_TIMEOUT_SECONDS = 5;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final Set<String> CONNECTION_HEADERS = Set.of("connection", "upgrade");
  private static final String HANDSHAKE_PREFIX = "sec-websocket-";
  // Codes that must not be sent (RFC 6455, 7.4.1).
  private static final Set<Integer> RESERVED_CODES = Set.of(1005, 1006, 1015);

  private final WebSocketService handshakes;
  private final Duration connectTimeout;
  private final ReactorNettyWebSocketClient client =
      new ReactorNettyWebSocketClient(
          HttpClient.create(ConnectionProvider.newConnection())
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Upstreams.CONNECT_TIMEOUT_MILLIS)
              .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES),
          () -> WebsocketClientSpec.builder().maxFramePayloadLength(MAX_MESSAGE_BYTES));
  private final Set<Sinks.Empty<Void>> open = ConcurrentHashMap.newKeySet();
  private volatile Sinks.Empty<Void> end = Sinks.empty();
  private volatile boolean running;

  WebSockets(WebSocketService handshakes, GatewayProperties properties) {
    this.handshakes = handshakes;
    this.connectTimeout = properties.responseTimeout();
  }

  static boolean isHandshake(ServerHttpRequest request) {
    return "websocket".equalsIgnoreCase(request.getHeaders().getUpgrade());
  }

  /** Completes when both connections are closed; fails if the side refuses the handshake. */
  Mono<Void> connect(ServerWebExchange exchange, URI url) {
    URI socket =
        UriComponentsBuilder.fromUri(url)
            .scheme(url.getScheme().replace("http", "ws"))
            .build(true)
            .toUri();
    List<String> offered =
        exchange.getRequest().getHeaders().getValuesAsList("Sec-WebSocket-Protocol");
    AtomicBoolean answered = new AtomicBoolean();
    return client
        .execute(
            socket,
            headers(exchange.getRequest()),
            new WebSocketHandler() {
              @Override
              public List<String> getSubProtocols() {
                return offered;
              }

              @Override
              public Mono<Void> handle(WebSocketSession side) {
                answered.set(true);
                return accept(exchange, side);
              }
            })
        // The timeout ends with the answer to the handshake.
        .timeout(
            Mono.delay(connectTimeout).filter(late -> !answered.get()).switchIfEmpty(Mono.never()));
  }

  private Mono<Void> accept(ServerWebExchange exchange, WebSocketSession side) {
    HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
    AtomicReference<Connection> connection = new AtomicReference<>();
    request.withConnection(connection::set);
    closeSlowClients(connection.get());
    // On the event loop, since Netty drops a write from another thread if it closes meanwhile.
    Mono<Void> ending =
        end.asMono().publishOn(Schedulers.fromExecutor(connection.get().channel().eventLoop()));
    Sinks.Empty<Void> over = Sinks.empty();
    open.add(over);
    String chosen = side.getHandshakeInfo().getSubProtocol();
    return handshakes
        .handleRequest(
            exchange,
            new WebSocketHandler() {
              @Override
              public List<String> getSubProtocols() {
                return chosen == null ? List.of() : List.of(chosen);
              }

              @Override
              public Mono<Void> handle(WebSocketSession client) {
                return relay(client, side, ending).doFinally(signal -> over.tryEmitEmpty());
              }
            })
        .then(over.asMono())
        .doFinally(signal -> open.remove(over));
  }

  private static Mono<Void> relay(
      WebSocketSession client, WebSocketSession side, Mono<Void> ending) {
    Mono<Void> closed = Mono.defer(() -> close(client, side));
    Mono<Void> relayed =
        Mono.when(
            side.send(client.receive().doOnNext(WebSocketMessage::retain)),
            client.send(side.receive().doOnNext(WebSocketMessage::retain)),
            side.closeStatus().map(WebSockets::sendable).flatMap(client::close),
            client.closeStatus().map(WebSockets::sendable).flatMap(side::close));
    // Closed before the relay is cancelled: after that Netty closes without a status code.
    return Mono.firstWithSignal(relayed, ending.then(closed)).then(closed);
  }

  private static Mono<Void> close(WebSocketSession client, WebSocketSession side) {
    return Mono.when(client.close(CloseStatus.GOING_AWAY), side.close(CloseStatus.GOING_AWAY));
  }

  private static void closeSlowClients(Connection client) {
    client.channel().config().setOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES);
    client.addHandlerLast(new WriteTimeoutHandler(WRITE_TIMEOUT_SECONDS));
  }

  private static CloseStatus sendable(CloseStatus status) {
    return RESERVED_CODES.contains(status.getCode()) ? CloseStatus.GOING_AWAY : status;
  }

  private static HttpHeaders headers(ServerHttpRequest request) {
    HttpHeaders headers = new HttpHeaders();
    request
        .getHeaders()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!CONNECTION_HEADERS.contains(lower) && !lower.startsWith(HANDSHAKE_PREFIX)) {
                headers.addAll(name, values);
              }
            });
    if (headers.getOrigin() == null) {
      // Without one Netty sends the address of the side.
      headers.setOrigin("http://" + headers.getFirst(HttpHeaders.HOST));
    }
    return headers;
  }

  @Override
  public void start() {
    end = Sinks.empty();
    running = true;
  }

  /** Closes all connections with 1001 (going away) and waits until the frames are sent. */
  @Override
  public void stop(Runnable stopped) {
    end.tryEmitEmpty();
    running = false;
    Disposable unused =
        Mono.when(open.stream().map(Sinks.Empty::asMono).toList())
            .timeout(STOP_TIMEOUT)
            .onErrorComplete()
            .doFinally(signal -> stopped.run())
            .subscribe();
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Precedes the graceful shutdown of the server, which waits for all connections. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 1;
  }
}
