package dev.annals.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.axonframework.tracing.NoOpSpanFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;
import tools.jackson.databind.json.JsonMapper;

/** The load that one client can cause. The test runs the workers' tasks. */
class StompConnectionTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BOB = new UUID(2, 2);
  private static final AccessTokens TOKENS =
      new AccessTokens(
          TestTokens.keys(),
          TestTokens::live,
          new TokenProperties("annals", "annals"),
          Clock.systemUTC());

  private static final String LONG = "y".repeat(257);

  private final Workers workers = new Workers();
  private final PushThreads threads = new PushThreads(workers);
  private final PeriodicTasks tasks = new PeriodicTasks();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Redis away =
      new Redis(new LettuceConnectionFactory("127.0.0.1", 1), new SimpleMeterRegistry());
  private final TestInbox inbox = new TestInbox();
  private final Permits<UUID> permits = new Permits<>(20);
  private final Subscriptions subscriptions =
      new Subscriptions(
          inbox, JsonMapper.shared(), threads, tasks, away, NoOpSpanFactory.INSTANCE, metrics);

  @AfterEach
  void close() {
    tasks.destroy();
    threads.destroy();
    away.destroy();
  }

  @Test
  void usesOneWorkerAtATimeForOneClient() {
    inbox.add(ANN, 60);
    inbox.add(BOB, 1);
    Client flood = new Client(ANN);
    for (int i = 0; i < 16; i++) {
      flood.says(subscribe("id:" + i, "after:0", "receipt:" + i));
    }
    Client other = new Client(BOB);
    other.says(subscribe("id:0", "after:0", "receipt:r"));

    assertThat(workers.tasks).hasSize(2);
    workers.doNext();
    workers.doNext();

    assertThat(other.commands()).containsExactly("CONNECTED", "RECEIPT", "MESSAGE");
    workers.doAll();
    assertThat(flood.frames).hasSize(1 + 16 + 16 * 60);
  }

  @Test
  void pushesToManySubscriptionsOnTheWorkers() {
    List<Client> clients = List.of(new Client(ANN), new Client(ANN), new Client(BOB));
    for (int i = 0; i < 10; i++) {
      clients.get(0).says(subscribe("id:" + i));
      clients.get(1).says(subscribe("id:" + i));
      clients.get(2).says(subscribe("id:" + i));
    }
    workers.doAll();
    subscriptions.onNewNotifications(inbox.add(ANN, 1));
    assertThat(clients)
        .allSatisfy(it -> assertThat(it.frames).hasSize(it.user.equals(ANN) ? 11 : 1));

    clients.get(0).says(subscribe("id:more"));
    workers.doAll();
    subscriptions.onNewNotifications(inbox.add(ANN, 1));
    subscriptions.onNewNotifications(inbox.add(BOB, 1));
    assertThat(clients).allSatisfy(it -> assertThat(it.frames).hasSize(11));

    workers.doAll();
    assertThat(clients.get(0).frames).hasSize(22);
    assertThat(clients.get(1).frames).hasSize(21);
    assertThat(workers.tasks).isEmpty();
  }

  @Test
  void readsNothingForASubscriptionThatEndsBeforeItStarts() {
    inbox.add(ANN, 60);
    Client flood = new Client(ANN);
    inbox.forgetReads();
    for (int i = 0; i < 45; i++) {
      flood.says(subscribe("id:" + i, "after:0", "receipt:" + i));
      flood.says(frame("UNSUBSCRIBE", "id:" + i));
    }
    workers.doAll();

    assertThat(inbox.reads()).isZero();
    // A receipt confirms all frames before it.
    assertThat(flood.frames.stream().filter(it -> it.startsWith("RECEIPT"))).hasSize(45);
    assertThat(flood.closed).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void closesAfterAFloodOfFrames(int framesInAMessage) {
    inbox.add(ANN, 60);
    Client flood = new Client(ANN);
    inbox.forgetReads();
    String pair = subscribe("id:0", "after:0") + frame("UNSUBSCRIBE", "id:0");
    for (int sent = 0; sent < 62_700; sent += framesInAMessage) {
      flood.says(pair.repeat(Math.max(1, framesInAMessage / 2)));
      workers.doNext();
    }
    workers.doAll();

    assertThat(flood.frames.get(flood.frames.size() - 1))
        .startsWith("ERROR\n")
        .contains("message:There are too many frames at once\n");
    assertThat(flood.closed.getCode()).isEqualTo(1008);
    // Half of the hundred frames, each of which may look up its cursor and read two pages.
    assertThat(inbox.reads()).isLessThan(51 * 10);
  }

  @Test
  void closesAfterAFrameInTooManyMessages() {
    Client client = new Client(ANN);
    for (int i = 0; i < 20_000 && client.closed == null; i++) {
      client.says("x");
      workers.doAll();
    }

    assertThat(client.frames.get(1)).contains("message:There are too many frames at once\n");
  }

  @Test
  void refusesAFrameOfMoreThanSixteenKibibytes() {
    Client client = new Client(ANN);
    client.says(frame("SEND", "destination:/app/token", "x:" + "y".repeat(16 * 1024)));

    assertThat(client.frames.get(1)).contains("message:The frame cannot be read\n");
  }

  @Test
  void refusesIdsAndReceiptsThatAreTooLong() {
    Client client = new Client(ANN);
    client.says(subscribe("id:" + LONG));
    Client another = new Client(ANN);
    another.says(subscribe("id:0", "receipt:" + LONG));

    assertThat(client.frames.get(1)).contains("message:The id is too long\n");
    assertThat(another.frames.get(1)).contains("message:The receipt is too long\n");
  }

  @Test
  void allowsAUserTwentyConnectionsAtATime() {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(new Client(ANN));
    }
    Client oneMore = new Client(ANN);
    Client another = new Client(BOB);
    workers.doAll();

    assertThat(clients).allSatisfy(it -> assertThat(it.commands()).containsExactly("CONNECTED"));
    assertThat(oneMore.commands()).containsExactly("ERROR");
    assertThat(oneMore.frames.get(0)).contains("message:At most 20 of these");
    assertThat(oneMore.closed.getCode()).isEqualTo(1008);
    assertThat(another.commands()).containsExactly("CONNECTED");

    oneMore.connection.onClosed();
    clients.get(0).connection.onClosed();
    clients.get(0).connection.onClosed();
    assertThat(new Client(ANN).commands()).containsExactly("CONNECTED");
    assertThat(new Client(ANN).commands()).containsExactly("ERROR");
  }

  private static String subscribe(String... headers) {
    return frame("SUBSCRIBE", "destination:" + Frames.NOTIFICATIONS, String.join("\n", headers));
  }

  private static String frame(String command, String... headers) {
    return command + "\n" + String.join("\n", headers) + "\n\n\0";
  }

  /** A connected client. */
  private final class Client {

    private final List<String> frames = new ArrayList<>();
    private final StompConnection connection =
        new StompConnection(
            as(WebSocketSession.class, (proxy, close, status) -> closed((CloseStatus) status[0])),
            as(RemoteEndpoint.Async.class, (proxy, send, frame) -> sent(frame)),
            TOKENS,
            subscriptions,
            permits,
            threads,
            Clock.systemUTC());
    private final UUID user;
    private CloseStatus closed;

    Client(UUID user) {
      this.user = user;
      says(
          frame(
              "CONNECT",
              "accept-version:1.2",
              "Authorization:Bearer " + TestTokens.of(user, Role.USER)));
    }

    void says(String text) {
      connection.receive(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    List<String> commands() {
      return frames.stream().map(it -> it.substring(0, it.indexOf('\n'))).toList();
    }

    private Object closed(CloseStatus status) {
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

  /** Keeps tasks until the test runs them. */
  private static final class Workers extends TestExecutor {

    private final Deque<Runnable> tasks = new ArrayDeque<>();

    void doNext() {
      if (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }

    void doAll() {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }
  }
}
