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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompConversionException;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;

/**
 * The connection of one client: authenticates it, checks its frames and keeps its subscriptions. A
 * frame that is not allowed is answered with {@code ERROR} and ends the connection.
 */
final class Connection {

  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  private static final Duration HEART_BEAT_INTERVAL = Duration.ofSeconds(10);
  // One tick early, because of the network's delay.
  private static final Duration MAX_IDLE_TIME = HEART_BEAT_INTERVAL.minusSeconds(1);
  private static final int MAX_MISSED_BEATS = 3;
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

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
  private final PushThreads threads;
  private final Clock clock;
  private final SendQueue sendQueue;
  private final Executor reading;
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
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final long opened = System.nanoTime();
  private volatile long lastReceived = opened;
  private volatile long closingSince;
  private volatile HeartBeats beats = new HeartBeats(0, 0);
  private volatile AccessToken token;
  private volatile Permits.Permit permit = () -> {};

  Connection(
      WebSocketSession session,
      RemoteEndpoint.Async network,
      AccessTokens tokens,
      Subscriptions subscribers,
      Permits<UUID> permits,
      PushThreads threads,
      Clock clock) {
    this.session = session;
    this.tokens = tokens;
    this.subscribers = subscribers;
    this.permits = permits;
    this.threads = threads;
    this.clock = clock;
    this.reading = threads.serialExecutor();
    this.sendQueue = new SendQueue(network, () -> threads.run(this::wake));
  }

  /** Handles received bytes, which may be part of a frame or several. One thread at a time. */
  void receive(ByteBuffer bytes) {
    lastReceived = System.nanoTime();
    if (closingSince != 0) {
      return;
    }
    if (!frames.tryConsume(1)) {
      failForTooManyFrames();
      return;
    }
    try {
      List<StompHeaderAccessor> whole = decoder.read(bytes);
      for (int i = 0; i < whole.size() && closingSince == 0; i++) {
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
      if (token == null) {
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
    AccessToken valid = token(frame);
    permit = permits.take(valid.caller().userId());
    if (closing.get()) {
      permit.close();
    }
    token = valid;
    sendQueue.send(Frames.connected(HEART_BEAT_INTERVAL.toMillis()));
  }

  private AccessToken token(StompHeaderAccessor frame) throws ProtocolException {
    AccessToken valid =
        tokens
            .bearer(header(frame, "Authorization"))
            .filter(it -> it.caller().roles().contains(Role.USER) && !expired(it))
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
    subscriptions.put(
        id,
        subscribers.add(
            token.caller().userId(),
            id,
            after == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(after)),
            sendQueue,
            reading,
            () -> acknowledge(frame),
            () -> fail("The inbox cannot be read now", Optional.ofNullable(frame.getReceipt()))));
    if (closing.get()) {
      release();
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
        next.caller().userId().equals(token.caller().userId())
            && next.caller().sessionId().equals(token.caller().sessionId()),
        "The token belongs to another session");
    token = next;
    acknowledge(frame);
  }

  private void acknowledge(StompHeaderAccessor frame) {
    if (frame.getReceipt() != null) {
      sendQueue.send(Frames.receipt(frame.getReceipt()));
    }
  }

  /** Checks time limits and sends heart-beats; called about once a second. */
  void tick() {
    AccessToken current = token;
    if (sendQueue.isStalled(STALL_TIMEOUT)
        || (beats.sends() && elapsed(lastReceived, beats.timeout()))) {
      close(CloseStatus.POLICY_VIOLATION.withReason("The client neither reads nor sends"));
    } else if (closingSince != 0) {
      if (elapsed(closingSince, CLOSE_TIMEOUT)) {
        close(CloseStatus.POLICY_VIOLATION);
      }
    } else if (current == null ? elapsed(opened, CONNECT_TIMEOUT) : expired(current)) {
      fail("The token is absent or has expired", Optional.empty());
    } else if (beats.wants() && sendQueue.isIdle(MAX_IDLE_TIME)) {
      sendQueue.send(Frames.HEART_BEAT);
    }
  }

  /** Returns the session of the client's token, once the client is connected. */
  Optional<UUID> sessionId() {
    return Optional.ofNullable(token).map(it -> it.caller().sessionId());
  }

  void revoke() {
    if (closingSince == 0) {
      fail("The session was revoked", Optional.empty());
    }
  }

  /** Closes the connection, since the program stops. Completes when it is closed. */
  CompletableFuture<Void> shutDown() {
    closeWhenSent(CloseStatus.GOING_AWAY);
    return gone;
  }

  /** Releases everything after the WebSocket was closed by either side. */
  void onClosed() {
    closing.set(true);
    release();
    gone.complete(null);
  }

  private void release() {
    permit.close();
    sendQueue.close();
    subscriptions.values().forEach(subscribers::remove);
  }

  private void fail(String why, Optional<String> receipt) {
    sendQueue.send(Frames.error(why, receipt));
    closeWhenSent(CloseStatus.POLICY_VIOLATION.withReason(why));
  }

  private void closeWhenSent(CloseStatus status) {
    closingSince = System.nanoTime() | 1;
    sendQueue.closeWhenEmpty(() -> close(status));
  }

  // On another thread: closing may have to wait until the network gives up the frame it holds.
  private void close(CloseStatus status) {
    if (closing.compareAndSet(false, true)) {
      threads.run(
          () -> {
            release();
            try {
              session.close(status);
            } catch (IOException gone) {
              log.debug("The connection was closed already", gone);
            }
          });
    }
  }

  private void wake() {
    subscriptions.values().forEach(Subscription::wake);
  }

  private boolean expired(AccessToken held) {
    return !clock.instant().isBefore(held.expiresAt());
  }

  private static boolean elapsed(long since, Duration limit) {
    return System.nanoTime() - since > limit.toNanos();
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
