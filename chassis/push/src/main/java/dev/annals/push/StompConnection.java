package dev.annals.push;

import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.http.security.AccessToken;
import dev.annals.http.security.AccessTokens;
import dev.annals.http.web.Permits;
import io.github.bucket4j.Bucket;
import jakarta.websocket.RemoteEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompConversionException;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;

/**
 * The connection of one STOMP client: authenticates it, checks its frames and keeps its
 * subscriptions. A frame that is not allowed is answered with {@code ERROR} and ends the
 * connection.
 */
final class StompConnection extends Connection {

  private static final Logger log = LoggerFactory.getLogger(StompConnection.class);

  private static final Duration HEART_BEAT_INTERVAL = Duration.ofSeconds(10);
  // One tick early, because of the network's delay.
  private static final Duration MAX_IDLE_TIME = HEART_BEAT_INTERVAL.minusSeconds(1);
  private static final int MAX_MISSED_BEATS = 3;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private static final int MAX_SUBSCRIPTIONS = 16;

  /** Ids and receipts are sent back, ids with each message. */
  private static final int MAX_ID_LENGTH = 256;

  // A client sends a few frames at the start, and a new token every ten minutes.
  private static final int MAX_FRAME_BURST = 100;
  private static final int FRAMES_PER_SECOND = 10;

  private final WebSocketSession session;
  private final AccessTokens tokens;
  private final Subscriptions subscribers;
  private final Permits<UUID> permits;
  private final FrameDecoder decoder = new FrameDecoder();
  private final Bucket frames =
      Bucket.builder()
          .addLimit(
              limit ->
                  limit
                      .capacity(MAX_FRAME_BURST)
                      .refillGreedy(FRAMES_PER_SECOND, Duration.ofSeconds(1)))
          .build();
  private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
  private final long opened = System.nanoTime();
  private volatile long lastReceived = opened;
  private volatile HeartBeats beats = new HeartBeats(0, 0);

  StompConnection(
      WebSocketSession session,
      RemoteEndpoint.Async network,
      AccessTokens tokens,
      Subscriptions subscribers,
      Permits<UUID> permits,
      PushThreads threads,
      Clock clock) {
    super(
        (text, onLeft) -> network.sendText(text, sent -> onLeft.accept(sent.getException())),
        threads,
        clock);
    this.session = session;
    this.tokens = tokens;
    this.subscribers = subscribers;
    this.permits = permits;
  }

  /** Handles received bytes, which may be part of a frame or several. One thread at a time. */
  void receive(ByteBuffer bytes) {
    lastReceived = System.nanoTime();
    if (isEnding()) {
      return;
    }
    if (!frames.tryConsume(1)) {
      failForTooManyFrames();
      return;
    }
    try {
      List<StompHeaderAccessor> whole = decoder.read(bytes);
      for (int i = 0; i < whole.size() && !isEnding(); i++) {
        // The first frame is paid for with the message.
        if (i > 0 && !frames.tryConsume(1)) {
          failForTooManyFrames();
        } else {
          handle(whole.get(i));
        }
      }
    } catch (StompConversionException malformed) {
      fail("The frame cannot be read", Optional.empty());
    }
  }

  private void failForTooManyFrames() {
    fail("There are too many frames at once", Optional.empty());
  }

  private void handle(StompHeaderAccessor frame) {
    try {
      require(
          frame.getReceipt() == null || frame.getReceipt().length() <= MAX_ID_LENGTH,
          "The receipt is too long");
      StompCommand command = frame.getCommand();
      if (token() == null) {
        require(
            command == StompCommand.CONNECT || command == StompCommand.STOMP,
            "The first frame must be CONNECT");
        connect(frame);
        return;
      }
      switch (command) {
        case SUBSCRIBE -> subscribe(frame);
        case UNSUBSCRIBE -> unsubscribe(frame);
        case SEND -> renew(frame);
        case DISCONNECT -> {
          acknowledge(frame);
          closeWhenSent(CloseStatus.NORMAL);
        }
        default -> throw new ProtocolException(command + " is not supported");
      }
    } catch (ProtocolException refused) {
      fail(refused.getMessage(), Optional.ofNullable(frame.getReceipt()));
    } catch (Refusal tooMany) {
      fail(tooMany.getMessage(), Optional.ofNullable(frame.getReceipt()));
    } catch (DataAccessException away) {
      log.debug("A session cannot be looked up", away);
      fail("The token cannot be checked now", Optional.ofNullable(frame.getReceipt()));
    }
  }

  private void connect(StompHeaderAccessor frame) throws ProtocolException {
    require(
        List.of(header(frame, "accept-version").split(",")).contains("1.2"),
        "Only STOMP 1.2 is supported");
    beats = HeartBeats.of(header(frame, "heart-beat"));
    admit(token(frame), permits);
    send(Frames.connected(HEART_BEAT_INTERVAL.toMillis()));
  }

  private AccessToken token(StompHeaderAccessor frame) throws ProtocolException {
    AccessToken valid =
        tokens
            .bearer(header(frame, "Authorization"))
            .filter(it -> it.caller().roles().contains(Role.USER) && !isExpired(it))
            .orElse(null);
    require(valid != null, "A valid access token is needed");
    return valid;
  }

  private void subscribe(StompHeaderAccessor frame) throws ProtocolException {
    String id = header(frame, "id");
    String after = frame.getFirstNativeHeader("after");
    require(Frames.NOTIFICATIONS.equals(frame.getDestination()), "There is no such destination");
    require(!id.isEmpty() && !subscriptions.containsKey(id), "The id is absent or taken");
    require(id.length() <= MAX_ID_LENGTH, "The id is too long");
    require(header(frame, "ack").matches("|auto"), "ack must be auto");
    require(after == null || after.matches("\\d{1,18}"), "after must be a sequence");
    require(subscriptions.size() < MAX_SUBSCRIPTIONS, "There are too many subscriptions");
    Subscription added = subscribers.add(token().caller().userId(), new Messages(id), executor());
    subscriptions.put(id, added);
    executor()
        .execute(
            () -> {
              try {
                added.start(
                    after == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(after)),
                    () -> acknowledge(frame));
              } catch (RuntimeException unreadable) {
                fail("The inbox cannot be read now", Optional.ofNullable(frame.getReceipt()));
                throw unreadable;
              }
            });
    releaseIfClosing();
  }

  /** The messages of a subscription. */
  private final class Messages implements NotificationSink {

    private final String id;
    private long count;

    private Messages(String id) {
      this.id = id;
    }

    @Override
    public boolean isBusy() {
      return StompConnection.this.isBusy();
    }

    @Override
    public void sendNotification(long sequence, String json) {
      send(Frames.message(id, id + "-" + ++count, json));
      subscribers.messages().increment();
    }

    @Override
    public void sendResync(long newest) {
      sendNotification(newest, RESYNC);
    }
  }

  private void unsubscribe(StompHeaderAccessor frame) {
    Subscription ended = subscriptions.remove(header(frame, "id"));
    if (ended != null) {
      subscribers.remove(ended);
    }
    acknowledge(frame);
  }

  private void renew(StompHeaderAccessor frame) throws ProtocolException {
    require("/app/token".equals(frame.getDestination()), "There is no such destination");
    AccessToken next = token(frame);
    require(
        next.caller().userId().equals(token().caller().userId())
            && next.caller().sessionId().equals(token().caller().sessionId()),
        "The token belongs to another session");
    renew(next);
    acknowledge(frame);
  }

  private void acknowledge(StompHeaderAccessor frame) {
    if (frame.getReceipt() != null) {
      send(Frames.receipt(frame.getReceipt()));
    }
  }

  @Override
  boolean isSilent() {
    return beats.sends() && elapsed(lastReceived, beats.timeout());
  }

  @Override
  void keepAlive() {
    if (token() == null && elapsed(opened, CONNECT_TIMEOUT)) {
      end(End.EXPIRED);
    } else if (beats.wants() && isIdle(MAX_IDLE_TIME)) {
      send(Frames.HEART_BEAT);
    }
  }

  @Override
  void end(End why) {
    switch (why) {
      case EXPIRED -> fail("The token is absent or has expired", Optional.empty());
      case REVOKED -> fail("The session was revoked", Optional.empty());
      case SHUTDOWN -> closeWhenSent(CloseStatus.GOING_AWAY);
    }
  }

  private void fail(String why, Optional<String> receipt) {
    send(Frames.error(why, receipt));
    closeWhenSent(CloseStatus.POLICY_VIOLATION.withReason(why));
  }

  private void closeWhenSent(CloseStatus status) {
    closeWhenSent(() -> disconnect(status));
  }

  @Override
  void cutOff() {
    CloseStatus status =
        CloseStatus.POLICY_VIOLATION.withReason("The client neither reads nor sends");
    close(() -> disconnect(status));
  }

  private void disconnect(CloseStatus status) {
    try {
      session.close(status);
    } catch (IOException gone) {
      log.debug("The connection was closed already", gone);
    }
  }

  @Override
  void wake() {
    subscriptions.values().forEach(Subscription::wake);
  }

  @Override
  void endSources() {
    subscriptions.values().forEach(subscribers::remove);
  }

  private static String header(StompHeaderAccessor frame, String name) {
    String value = frame.getFirstNativeHeader(name);
    return value == null ? "" : value;
  }

  private static void require(boolean met, String otherwise) throws ProtocolException {
    if (!met) {
      throw new ProtocolException(otherwise);
    }
  }

  /**
   * The client's heart-beat header.
   *
   * @param every milliseconds between the client's heart-beats; 0 if it sends none
   * @param wanted milliseconds between the heart-beats that it wants; 0 for none
   */
  private record HeartBeats(int every, int wanted) {

    static HeartBeats of(String header) throws ProtocolException {
      require(header.matches("|\\d{1,9},\\d{1,9}"), "heart-beat is malformed");
      String[] both = header.isEmpty() ? new String[] {"0", "0"} : header.split(",");
      return new HeartBeats(Integer.parseInt(both[0]), Integer.parseInt(both[1]));
    }

    boolean sends() {
      return every > 0;
    }

    boolean wants() {
      return wanted > 0;
    }

    /** Returns the time without bytes after which the client counts as dead. */
    Duration timeout() {
      return Duration.ofMillis(Math.max(every, HEART_BEAT_INTERVAL.toMillis()))
          .multipliedBy(MAX_MISSED_BEATS);
    }
  }

  private static final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
      super(message, null, false, false);
    }
  }
}
