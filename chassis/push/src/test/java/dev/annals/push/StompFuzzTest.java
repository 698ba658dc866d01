package dev.annals.push;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.base.security.Role;
import dev.annals.base.security.TokenProperties;
import dev.annals.http.redis.Redis;
import dev.annals.http.security.AccessTokens;
import dev.annals.http.security.TestTokens;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.http.web.Permits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.axonframework.tracing.NoOpSpanFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * For any input a client gets described frames, with its own notifications only, or an error and
 * the end of the connection; and the same however the input is split. In an input {@code %ann},
 * {@code %away} (Ann's in another session), {@code %bob} and {@code %old} stand for tokens, and
 * {@code %long} for more than a frame may have.
 */
class StompFuzzTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BOB = new UUID(2, 2);
  private static final UUID ANN_HERE = new UUID(1, 5);
  private static final UUID ANN_AWAY = new UUID(1, 6);
  private static final UUID BOB_HERE = new UUID(2, 5);
  private static final Map<UUID, UUID> USERS = Map.of(ANN_HERE, ANN, ANN_AWAY, ANN, BOB_HERE, BOB);

  private static final Pattern DESTINATION =
      Pattern.compile("\ndestination:/user/queue/notifications\r?\n");
  private static final String CONNECTED = "CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0";
  private static final Pattern RECEIPT = Pattern.compile("RECEIPT\nreceipt-id:[^\0\n\r:]*+\n\n\0");
  private static final Pattern ERROR =
      Pattern.compile(
          """
          ERROR
          version:1\\.2
          message:(?<why>[^\0\n\r:]++)
          (receipt-id:[^\0\n\r:]*+
          )?content-length:0

          \0""");
  private static final Pattern MESSAGE =
      Pattern.compile(
          """
          MESSAGE
          subscription:(?<id>[^\0\n\r:]++)
          message-id:[^\0\n\r:]++
          destination:/user/queue/notifications
          content-type:application/json
          content-length:\\d++

          (?<body>\\{[^\0]++)\0""");
  private static final String UNREADABLE = "The frame cannot be read";
  private static final String TOO_MANY = "There are too many frames at once";
  private static final Set<String> REFUSALS =
      Set.of(
          UNREADABLE,
          "The first frame must be CONNECT",
          "Only STOMP 1.2 is supported",
          "heart-beat is malformed",
          "A valid access token is needed",
          "There is no such destination",
          "The id is absent or taken",
          "ack must be auto",
          "after must be a sequence",
          "There are too many subscriptions",
          TOO_MANY,
          "The id is too long",
          "The receipt is too long",
          "The token belongs to another session",
          "CONNECT is not supported",
          "STOMP is not supported",
          "ACK is not supported",
          "NACK is not supported",
          "BEGIN is not supported",
          "COMMIT is not supported",
          "ABORT is not supported",
          "CONNECTED is not supported",
          "MESSAGE is not supported",
          "RECEIPT is not supported",
          "ERROR is not supported");

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final SimpleMeterRegistry METRICS = new SimpleMeterRegistry();
  private static final AccessTokens TOKENS =
      new AccessTokens(
          TestTokens.keys(),
          TestTokens::live,
          new TokenProperties("annals", "annals"),
          Clock.systemUTC());
  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
  private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Map<String, String> FILLED =
      Map.of(
          "%ann", TestTokens.of(ANN, ANN_HERE, LATER, Role.USER),
          "%away", TestTokens.of(ANN, ANN_AWAY, LATER, Role.USER),
          "%bob", TestTokens.of(BOB, BOB_HERE, LATER, Role.USER),
          "%old", TestTokens.of(ANN, ANN_HERE, BEFORE, Role.USER),
          "%long", "y".repeat(70_000));

  private static final PushThreads threads = new PushThreads(new Caller());
  private static final PeriodicTasks tasks = new PeriodicTasks();
  private static Redis away;
  private static Subscriptions subscriptions;
  private static Map<UUID, Set<String>> notifications;
  private static List<NewNotifications> live;

  @BeforeAll
  static void begin() {
    TestInbox inbox = new TestInbox();
    away = new Redis(new LettuceConnectionFactory("127.0.0.1", 1), METRICS);
    subscriptions =
        new Subscriptions(inbox, JSON, threads, tasks, away, NoOpSpanFactory.INSTANCE, METRICS);
    notifications = Map.of(ANN, new HashSet<>(), BOB, new HashSet<>());
    note(inbox.add(ANN, 3));
    note(inbox.add(BOB, 2));
    live = List.of(arrival(ANN, 3), arrival(BOB, 2));
    live.forEach(StompFuzzTest::note);
  }

  @AfterAll
  static void end() {
    tasks.destroy();
    threads.destroy();
    away.destroy();
  }

  @FuzzTest(maxDuration = "1m")
  void answersOnlyWithDescribedFrames(byte[] sent) {
    String text = new String(sent, ISO_8859_1);
    for (Map.Entry<String, String> stands : FILLED.entrySet()) {
      text = text.replace(stands.getKey(), stands.getValue());
    }
    byte[] bytes = text.getBytes(ISO_8859_1);

    Conversation whole = new Conversation(bytes, Math.max(1, bytes.length));
    whole.isAsDescribed(text);
    Conversation inPieces = new Conversation(bytes, Math.max(1, bytes.length / 50));
    inPieces.isAsDescribed(text);
    if (!whole.isUnreadable() && !inPieces.endsWith(TOO_MANY)) {
      // The order in which two subscriptions are told is undefined.
      assertThat(inPieces.frames).containsExactlyInAnyOrderElementsOf(whole.frames);
      assertThat(inPieces.closed).isEqualTo(whole.closed);
    }
  }

  private static void note(NewNotifications arrival) {
    arrival.notifications().forEach(it -> notifications.get(arrival.owner()).add(it.id()));
  }

  private static NewNotifications arrival(UUID owner, long previous) {
    return new NewNotifications(owner, previous, List.of(TestInbox.notification(previous + 1)));
  }

  /** The response to some bytes, after which both users get a notification. */
  private static final class Conversation {

    private final List<String> frames = new ArrayList<>();
    private final StompConnection connection =
        new StompConnection(
            as(WebSocketSession.class, (proxy, close, status) -> closed((CloseStatus) status[0])),
            as(RemoteEndpoint.Async.class, (proxy, send, frame) -> sent(frame)),
            TOKENS,
            subscriptions,
            new Permits<>(20),
            threads,
            Clock.systemUTC());
    private CloseStatus closed;

    Conversation(byte[] bytes, int piece) {
      // The container may reuse its buffer.
      ByteBuffer buffer = ByteBuffer.allocate(piece);
      for (int from = 0; from < bytes.length; from += piece) {
        connection.receive(
            buffer.clear().put(bytes, from, Math.min(piece, bytes.length - from)).flip());
      }
      // A frame that is too long is noticed with the next bytes.
      connection.receive(ByteBuffer.wrap(new byte[] {'\n'}));
      live.forEach(subscriptions::onNewNotifications);
      connection.tick();
      connection.onClosed();
      int last = frames.size();
      live.forEach(subscriptions::onNewNotifications);
      assertThat(frames).hasSize(last);
    }

    void isAsDescribed(String text) {
      Set<String> subscribed = new HashSet<>();
      for (int i = 0; i < frames.size(); i++) {
        String frame = frames.get(i);
        Matcher error = ERROR.matcher(frame);
        Matcher message = MESSAGE.matcher(frame);
        if (error.matches()) {
          assertThat(REFUSALS).contains(error.group("why"));
          assertThat(i).isEqualTo(frames.size() - 1);
          assertThat(closed.getCode()).isEqualTo(1008);
        } else if (i == 0) {
          assertThat(frame).isEqualTo(CONNECTED);
        } else if (message.matches()) {
          assertThat(text).containsPattern(DESTINATION);
          isOwn(JSON.readTree(message.group("body")));
          subscribed.add(message.group("id"));
        } else {
          assertThat(frame).matches(RECEIPT);
        }
      }
      assertThat(subscribed).hasSizeLessThanOrEqualTo(16);
      if (closed != null && closed.getCode() != 1008) {
        assertThat(closed).isEqualTo(CloseStatus.NORMAL);
        assertThat(text).contains("DISCONNECT");
      }
    }

    boolean isUnreadable() {
      return endsWith(UNREADABLE);
    }

    boolean endsWith(String why) {
      return !frames.isEmpty() && frames.get(frames.size() - 1).contains(why);
    }

    private void isOwn(JsonNode body) {
      if (!body.at("/type").asString().equals("Resync")) {
        UUID user = USERS.get(connection.sessionId().orElseThrow());
        assertThat(notifications.get(user)).contains(body.at("/id").asString());
      }
    }

    private Object closed(CloseStatus status) {
      assertThat(closed).isNull();
      closed = status;
      return null;
    }

    private Object sent(Object[] frame) {
      frames.add((String) frame[0]);
      ((SendHandler) frame[1]).onResult(new SendResult((Session) null));
      return null;
    }

    private static <T> T as(Class<T> type, InvocationHandler network) {
      Class<?>[] types = {type};
      return type.cast(Proxy.newProxyInstance(type.getClassLoader(), types, network));
    }
  }

  /** Runs tasks at once on the calling thread. */
  private static final class Caller extends TestExecutor {

    @Override
    public void execute(Runnable task) {
      task.run();
    }
  }
}
