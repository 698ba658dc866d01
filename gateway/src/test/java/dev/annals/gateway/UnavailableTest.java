package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UnavailableTest {

  @Test
  void answers503ForAnUnreachableSideAndForwardsToTheOther() throws IOException {
    int free = freePort();
    try (TestSide query = TestSide.named("query");
        RunningGateway gateway = RunningGateway.before(free, query.port(), identity(query))) {
      await()
          .untilAsserted(
              () ->
                  assertThat(gateway.send(gateway.request("GET", "/readyz")).statusCode())
                      .isEqualTo(503));

      assertUnavailable(
          gateway.send(gateway.request("POST", "/notes").header("X-Request-Id", "r-1")));
      assertThat(gateway.send(gateway.request("GET", "/notes")).statusCode()).isEqualTo(200);
      assertThat(gateway.send(gateway.request("GET", "/livez")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void usesTheReachableProcessesOfASide() throws IOException {
    try (TestSide one = TestSide.named("one");
        TestSide two = TestSide.named("two");
        TestSide keys = TestSide.named("keys");
        RunningGateway gateway =
            RunningGateway.before(
                new int[] {one.port(), freePort(), two.port()},
                new int[] {freePort(), one.port()},
                identity(keys))) {
      List<String> sides = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        var answer = gateway.send(gateway.request("POST", "/notes"));
        assertThat(answer.statusCode()).isEqualTo(200);
        sides.add(answer.headers().firstValue("Side").orElseThrow());
        assertThat(gateway.send(gateway.request("GET", "/notes")).statusCode()).isEqualTo(200);
      }
      assertThat(sides).contains("one", "two");
    }
  }

  @Test
  void sendsNoRequestToAProcessThatIsNotReady() {
    AtomicBoolean stopping = new AtomicBoolean();
    try (TestSide one = TestSide.named("one");
        TestSide two = TestSide.named("two");
        TestSide keys = TestSide.named("keys");
        RunningGateway gateway =
            RunningGateway.before(
                new int[] {one.port(), two.port()}, new int[] {keys.port()}, identity(keys))) {
      one.server().removeContext("/readyz");
      one.server()
          .createContext(
              "/readyz",
              exchange -> TestSide.answer(exchange, stopping.get() ? 503 : 200, "one", ""));
      await()
          .untilAsserted(() -> assertThat(sides(gateway)).containsExactlyInAnyOrder("one", "two"));

      stopping.set(true);
      await().untilAsserted(() -> assertThat(sides(gateway)).containsExactly("two", "two"));

      stopping.set(false);
      await()
          .untilAsserted(() -> assertThat(sides(gateway)).containsExactlyInAnyOrder("one", "two"));
    }
  }

  private static List<String> sides(RunningGateway gateway) {
    return Stream.of("POST", "PUT")
        .map(method -> gateway.send(gateway.request(method, "/notes")))
        .map(answer -> answer.headers().firstValue("Side").orElseThrow())
        .toList();
  }

  private static String identity(TestSide keys) {
    return "--annals.gateway.identity=http://127.0.0.1:" + keys.port();
  }

  @Test
  void answers503ToATokenWhileTheKeysAreUnreachable() throws IOException {
    try (TestSide side = TestSide.named("side");
        RunningGateway gateway =
            RunningGateway.before(
                side.port(),
                side.port(),
                "--annals.gateway.identity=http://127.0.0.1:" + freePort())) {
      assertUnavailable(
          gateway.send(gateway.request("GET", "/notes").header("X-Request-Id", "r-1")));
      assertThat(gateway.send(gateway.anonymous("GET", "/notes")).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void retriesAReadOnAnotherProcessAfterABrokenConnection() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    try (ServerSocket breaking = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TestSide other = TestSide.named("other");
        RunningGateway gateway =
            RunningGateway.before(
                new int[] {other.port()}, new int[] {breaking.getLocalPort(), other.port()})) {
      Thread thread = new Thread(() -> breakEachGet(breaking, heard));
      thread.start();
      for (int i = 0; i < 4; i++) {
        var answer = gateway.send(gateway.request("GET", "/notes"));
        assertThat(answer.headers().allValues("Side")).containsExactly("other");
      }
      assertThat(heard.get()).isPositive();
      breaking.close();
      thread.join();
    }
  }

  private static void breakEachGet(ServerSocket side, AtomicInteger heard) {
    while (!side.isClosed()) {
      try (Socket socket = side.accept()) {
        byte[] request = new byte[8192];
        int length = socket.getInputStream().read(request);
        if (new String(request, 0, Math.max(length, 0), US_ASCII).startsWith("GET /readyz")) {
          socket
              .getOutputStream()
              .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
        } else if (length > 0) {
          heard.incrementAndGet();
        }
      } catch (IOException closed) {
        // The test is over.
      }
    }
  }

  @Test
  void answers503WithinTwoSecondsIfNoProcessAcceptsTheConnection() throws IOException {
    try (DeafSide deaf = new DeafSide();
        TestSide keys = TestSide.named("keys");
        RunningGateway gateway =
            RunningGateway.before(
                new int[] {deaf.port(), deaf.port()}, new int[] {keys.port()}, identity(keys))) {
      deaf.fill();
      gateway.send(gateway.request("GET", "/notes"));

      long start = System.nanoTime();
      var answer = gateway.send(gateway.request("POST", "/notes").header("X-Request-Id", "r-1"));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertUnavailable(answer);
    }
  }

  @Test
  void fetchesTheKeysFromTheNextProcessIfOneDoesNotAcceptTheConnection() throws IOException {
    try (DeafSide deaf = new DeafSide();
        TestSide side = TestSide.named("side")) {
      deaf.fill();
      try (RunningGateway gateway =
          RunningGateway.before(
              side.port(),
              side.port(),
              "--annals.gateway.identity=http://127.0.0.1:%d,http://127.0.0.1:%d"
                  .formatted(deaf.port(), side.port()))) {
        long start = System.nanoTime();

        assertThat(gateway.send(gateway.request("GET", "/notes")).statusCode()).isEqualTo(200);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      }
    }
  }

  @Test
  void answers503WithoutARetryIfTheConnectionOfAChangeBreaks() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    try (ServerSocket side = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TestSide keys = TestSide.named("keys");
        RunningGateway gateway =
            RunningGateway.before(
                new int[] {side.getLocalPort(), side.getLocalPort()},
                new int[] {keys.port()},
                identity(keys))) {
      Thread breaking = new Thread(() -> answerTheFirstAndBreakTheRest(side, heard));
      breaking.start();
      gateway.send(gateway.request("POST", "/notes"));

      assertUnavailable(
          gateway.send(
              gateway
                  .request("POST", "/notes")
                  .header("X-Request-Id", "r-1")
                  .POST(BodyPublishers.ofString("{}"))));

      assertThat(heard).hasValue(2);
      side.close();
      breaking.join();
    }
  }

  private static void answerTheFirstAndBreakTheRest(ServerSocket side, AtomicInteger heard) {
    while (!side.isClosed()) {
      try {
        Socket socket = side.accept();
        new Thread(() -> answerTheFirstAndBreakTheRest(socket, heard)).start();
      } catch (IOException closed) {
        // The test is over.
      }
    }
  }

  private static void answerTheFirstAndBreakTheRest(Socket socket, AtomicInteger heard) {
    try (socket) {
      byte[] request = new byte[8192];
      int length;
      while ((length = socket.getInputStream().read(request)) > 0) {
        boolean probe = new String(request, 0, length, US_ASCII).startsWith("GET /readyz");
        if (!probe && heard.incrementAndGet() > 1) {
          // Closes by a reset.
          socket.setSoLinger(true, 0);
          return;
        }
        socket
            .getOutputStream()
            .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void assertUnavailable(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().map())
        .containsEntry("content-type", List.of("application/problem+json"))
        .containsEntry("retry-after", List.of("5"))
        .containsEntry("x-request-id", List.of("r-1"));
    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo(
            "{\"type\":\"urn:problem:unavailable\",\"title\":\"The service cannot answer now\","
                + "\"status\":503,\"detail\":\"Try again soon.\",\"instance\":\"/notes\"}");
  }

  /** Fills the accept queue, so that the next connection gets no answer. */
  /** A process that accepts no connection once it is full. */
  private static final class DeafSide implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> waiting = new ArrayList<>();

    DeafSide() throws IOException {}

    int port() {
      return server.getLocalPort();
    }

    void fill() throws IOException {
      while (waiting.size() < 10) {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(server.getLocalSocketAddress(), 200);
        } catch (SocketTimeoutException full) {
          return;
        }
      }
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : waiting) {
        socket.close();
      }
      server.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
