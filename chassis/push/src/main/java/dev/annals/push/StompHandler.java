package dev.annals.push;

import dev.annals.http.security.AccessTokens;
import dev.annals.http.security.LiveSessions;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.http.web.Permits;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.SubProtocolCapable;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/**
 * Keeps a {@link Connection} for each WebSocket, and passes it the received bytes. Closes all of
 * them when the program stops.
 */
final class StompHandler extends AbstractWebSocketHandler
    implements SubProtocolCapable, SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(StompHandler.class);

  private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration GOODBYE_TIMEOUT = Duration.ofSeconds(2);

  /** A client may receive messages for this long after its session was revoked. */
  private static final Duration REVOCATION_CHECK_INTERVAL = Duration.ofMillis(250);

  /** Limits Tomcat's own sends, such as a pong, which otherwise block for 20 seconds. */
  private static final String TOMCAT_SEND_TIMEOUT =
      "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

  /** The most connections of one user in this process. */
  private static final int MAX_CONNECTIONS_PER_USER = 20;

  private final Permits<UUID> permits = new Permits<>(MAX_CONNECTIONS_PER_USER);
  private final Map<String, Connection> connections = new ConcurrentHashMap<>();
  private final AccessTokens tokens;
  private final Subscriptions subscriptions;
  private final PushThreads threads;
  private final LiveSessions sessions;
  private final Clock clock;
  private final Runnable ticking;
  private final Runnable revoking;
  private volatile boolean running;

  StompHandler(
      AccessTokens tokens,
      LiveSessions sessions,
      Subscriptions subscriptions,
      PushThreads threads,
      PeriodicTasks tasks,
      MeterRegistry metrics,
      Clock clock) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.subscriptions = subscriptions;
    this.threads = threads;
    this.clock = clock;
    metrics.gaugeMapSize("annals.stomp.sessions", Tags.empty(), connections);
    BooleanSupplier connected = () -> !connections.isEmpty();
    ticking =
        tasks.runWhile(
            connected, TICK_INTERVAL, () -> connections.values().forEach(Connection::tick));
    revoking = tasks.runWhile(connected, REVOCATION_CHECK_INTERVAL, this::closeRevoked);
  }

  private void closeRevoked() {
    List<Connection> known =
        connections.values().stream().filter(it -> it.sessionId().isPresent()).toList();
    if (known.isEmpty()) {
      return;
    }
    try {
      Set<UUID> live =
          sessions.findLive(
              known.stream().map(it -> it.sessionId().orElseThrow()).collect(Collectors.toSet()));
      known.stream()
          .filter(it -> !live.contains(it.sessionId().orElseThrow()))
          .forEach(Connection::revoke);
    } catch (DataAccessException away) {
      log.debug("Sessions cannot be looked up, so all connections stay open", away);
    }
  }

  @Override
  public List<String> getSubProtocols() {
    return List.of("v12.stomp");
  }

  /** The decoder assembles frames, so the container need not. */
  @Override
  public boolean supportsPartialMessages() {
    return true;
  }

  @Override
  public void afterConnectionEstablished(WebSocketSession session) {
    Session network = ((NativeWebSocketSession) session).getNativeSession(Session.class);
    network.getUserProperties().put(TOMCAT_SEND_TIMEOUT, Duration.ofSeconds(5).toMillis());
    connections.put(
        session.getId(),
        new Connection(
            session, network.getAsyncRemote(), tokens, subscriptions, permits, threads, clock));
    ticking.run();
    revoking.run();
  }

  @Override
  protected void handleTextMessage(WebSocketSession session, TextMessage message) {
    receive(session, ByteBuffer.wrap(message.getPayload().getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
    receive(session, message.getPayload());
  }

  private void receive(WebSocketSession session, ByteBuffer bytes) {
    Connection connection = connections.get(session.getId());
    if (connection != null) {
      connection.receive(bytes);
    }
  }

  @Override
  public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
    Connection connection = connections.remove(session.getId());
    if (connection != null) {
      connection.onClosed();
    }
  }

  /** No new clients can connect, and the web server still runs. */
  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 1;
  }

  @Override
  public void start() {
    running = true;
  }

  /** Closes every connection. Those of clients that do not read are left to the server. */
  @Override
  public void stop(Runnable done) {
    running = false;
    CompletableFuture<?> unused =
        CompletableFuture.allOf(
                connections.values().stream()
                    .map(Connection::shutDown)
                    .toArray(CompletableFuture<?>[]::new))
            .completeOnTimeout(null, GOODBYE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .thenRun(done);
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
