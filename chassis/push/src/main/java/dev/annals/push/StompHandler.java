package dev.annals.push;

import dev.annals.http.security.AccessTokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.SubProtocolCapable;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/** Keeps a {@link StompConnection} for each WebSocket, and passes it the received bytes. */
final class StompHandler extends AbstractWebSocketHandler implements SubProtocolCapable {

  /** Limits Tomcat's own sends, such as a pong, which otherwise block for 20 seconds. */
  private static final String TOMCAT_SEND_TIMEOUT =
      "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

  private final Map<String, StompConnection> open = new ConcurrentHashMap<>();
  private final AccessTokens tokens;
  private final Subscriptions subscriptions;
  private final Connections connections;
  private final PushThreads threads;
  private final Clock clock;

  StompHandler(
      AccessTokens tokens,
      Subscriptions subscriptions,
      Connections connections,
      PushThreads threads,
      MeterRegistry metrics,
      Clock clock) {
    this.tokens = tokens;
    this.subscriptions = subscriptions;
    this.connections = connections;
    this.threads = threads;
    this.clock = clock;
    metrics.gaugeMapSize("annals.stomp.sessions", Tags.empty(), open);
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
    StompConnection connection =
        new StompConnection(
            session,
            network.getAsyncRemote(),
            tokens,
            subscriptions,
            connections.permits(),
            threads,
            clock);
    open.put(session.getId(), connection);
    connections.add(connection);
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
    StompConnection connection = open.get(session.getId());
    if (connection != null) {
      connection.receive(bytes);
    }
  }

  @Override
  public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
    StompConnection connection = open.remove(session.getId());
    if (connection != null) {
      connections.remove(connection);
    }
  }
}
