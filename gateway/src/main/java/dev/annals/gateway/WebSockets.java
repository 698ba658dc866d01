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
 * Carries messages between a client and a side. The side is connected to first, so that a client
 * whom it refuses is refused, and one whom nobody takes gets a problem, not a connection that
 * closes at once.
 */
@Component
final class WebSockets implements SmartLifecycle {

  private static final int CONNECT_MILLIS = 1_200;
  private static final int LONGEST_MESSAGE = 1 << 20;
  // A client that does not read is to be noticed, which much room on the way would hide.
  private static final int LITTLE_ROOM = 64 * 1024;
  private static final int STALLED_SECONDS = 5;
  private static final Duration FAREWELL = Duration.ofSeconds(5);
  // Of the connection that they came on.
  private static final Set<String> OF_THE_CONNECTION = Set.of("connection", "upgrade");
  private static final String OF_THE_HANDSHAKE = "sec-websocket-";
  // Those that nobody may send (RFC 6455, 7.4.1).
  private static final Set<Integer> ABSENT = Set.of(1005, 1006, 1015);

  private final WebSocketService handshakes;
  private final Duration patience;
  private final ReactorNettyWebSocketClient client =
      new ReactorNettyWebSocketClient(
          HttpClient.create(ConnectionProvider.newConnection())
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
              .option(ChannelOption.SO_RCVBUF, LITTLE_ROOM),
          () -> WebsocketClientSpec.builder().maxFramePayloadLength(LONGEST_MESSAGE));
  private final Set<Sinks.Empty<Void>> open = ConcurrentHashMap.newKeySet();
  private volatile Sinks.Empty<Void> end = Sinks.empty();
  private volatile boolean running;

  WebSockets(WebSocketService handshakes, GatewayProperties properties) {
    this.handshakes = handshakes;
    this.patience = properties.responseTimeout();
  }

  static boolean isHandshake(ServerHttpRequest request) {
    return "websocket".equalsIgnoreCase(request.getHeaders().getUpgrade());
  }

  /** Ends when both are closed; fails if the side does not take the connection. */
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
                return welcome(exchange, side);
              }
            })
        // Once it is answered, it may last for any time.
        .timeout(Mono.delay(patience).filter(late -> !answered.get()).switchIfEmpty(Mono.never()));
  }

  private Mono<Void> welcome(ServerWebExchange exchange, WebSocketSession side) {
    HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
    AtomicReference<Connection> connection = new AtomicReference<>();
    request.withConnection(connection::set);
    closeSlowClients(connection.get());
    // What Netty is told to write from another thread is lost when it closes in the meantime.
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
                return carry(client, side, ending).doFinally(signal -> over.tryEmitEmpty());
              }
            })
        .then(over.asMono())
        .doFinally(signal -> open.remove(over));
  }

  private static Mono<Void> carry(
      WebSocketSession client, WebSocketSession side, Mono<Void> ending) {
    Mono<Void> closed = Mono.defer(() -> close(client, side));
    Mono<Void> carried =
        Mono.when(
            side.send(client.receive().doOnNext(WebSocketMessage::retain)),
            client.send(side.receive().doOnNext(WebSocketMessage::retain)),
            side.closeStatus().map(WebSockets::sendable).flatMap(client::close),
            client.closeStatus().map(WebSockets::sendable).flatMap(side::close));
    // Closed before it is given up: Netty closes without a reason what nobody receives any more.
    return Mono.firstWithSignal(carried, ending.then(closed)).then(closed);
  }

  private static Mono<Void> close(WebSocketSession client, WebSocketSession side) {
    return Mono.when(client.close(CloseStatus.GOING_AWAY), side.close(CloseStatus.GOING_AWAY));
  }

  private static void closeSlowClients(Connection client) {
    client.channel().config().setOption(ChannelOption.SO_SNDBUF, LITTLE_ROOM);
    client.addHandlerLast(new WriteTimeoutHandler(STALLED_SECONDS));
  }

  private static CloseStatus sendable(CloseStatus status) {
    return ABSENT.contains(status.getCode()) ? CloseStatus.GOING_AWAY : status;
  }

  private static HttpHeaders headers(ServerHttpRequest request) {
    HttpHeaders headers = new HttpHeaders();
    request
        .getHeaders()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!OF_THE_CONNECTION.contains(lower) && !lower.startsWith(OF_THE_HANDSHAKE)) {
                headers.addAll(name, values);
              }
            });
    if (headers.getOrigin() == null) {
      // Else Netty makes one up, of the side's address.
      headers.setOrigin("http://" + headers.getFirst(HttpHeaders.HOST));
    }
    return headers;
  }

  @Override
  public void start() {
    end = Sinks.empty();
    running = true;
  }

  /** Tells everybody to go to another gateway, and waits until they are told. */
  @Override
  public void stop(Runnable stopped) {
    end.tryEmitEmpty();
    running = false;
    Disposable unused =
        Mono.when(open.stream().map(Sinks.Empty::asMono).toList())
            .timeout(FAREWELL)
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

  /** Before the server waits until all connections are done with. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 1;
  }
}
