package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.annals.base.start.ArrivalProperties;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Deadlines for clients that send or read slowly. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class DeadlinesTest {

  private static final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private static final String POST_BEGUN =
      "POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx";
  private static final int LARGE = 8 << 20;
  private static final TestSide side = TestSide.answering(DeadlinesTest::answerFromTheSide);
  private static final RunningGateway gateway =
      RunningGateway.before(
          side.port(),
          side.port(),
          "--annals.arrival.head=1s",
          "--annals.arrival.body=1s",
          "--annals.arrival.stall=2s");

  private static void answerFromTheSide(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    if (query.equals("late")) {
      var unused =
          clock.schedule(
              () -> {
                TestSide.answer(exchange, 200, "side", "late");
                return null;
              },
              2500,
              TimeUnit.MILLISECONDS);
    } else {
      TestSide.answer(exchange, 200, "side", query.equals("large") ? "x".repeat(LARGE) : "");
    }
  }

  @AfterAll
  static void stop() {
    clock.shutdownNow();
    gateway.close();
    side.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /livez HTTP/1.1\r\nHost: a\r\nX: ", "GET /liv"})
  void closesTheConnectionOfALateHead(String head) throws IOException {
    int management =
        gateway
            .context()
            .getEnvironment()
            .getRequiredProperty("local.management.port", Integer.class);
    try (Socket client = sending(gateway.port(), head, "x");
        Socket operator = sending(management, head, "x")) {
      assertThat(answer(client)).isEmpty();
      assertThat(answer(operator)).isEmpty();
    }
  }

  @Test
  void givesEachHeadItsOwnTime() throws IOException {
    String request = "GET /livez HTTP/1.1\r\nHost: a\r\n";
    long start = System.nanoTime();
    try (Socket client =
        sending(
            gateway.port(),
            request,
            "A: a\r\n",
            "B: b\r\n",
            "C: c\r\n",
            "D: d\r\n",
            "E: e\r\n",
            "\r\n" + request + "X: ",
            "x")) {
      assertThat(answer(client)).startsWith("HTTP/1.1 200 ").containsOnlyOnce("HTTP/1.1");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1500));
  }

  /** Sends an empty line or a part of a request during the answer. */
  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "GET /livez HTTP/1.1\r\nHost: a\r\nX: ", POST_BEGUN})
  void finishesAnAnswerWhileTheNextRequestArrives(String more) throws IOException {
    String request = get("/notes?late");
    try (Socket client = sending(gateway.port(), request, more, "")) {
      StringBuilder answer = new StringBuilder();
      int next = 0;
      while (next >= 0 && answer.indexOf("late") < 0) {
        next = client.getInputStream().read();
        answer.append((char) next);
      }
      assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nlate");
    }
  }

  /** Sends one message from a bare server, and many through the gateway. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sendsTheWholeAnswerToASlowReader(boolean alone) throws Exception {
    DisposableServer server =
        new Deadlines(
                new ArrivalProperties(
                    Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(2)))
            .apply(HttpServer.create().port(0))
            .handle((request, answer) -> answer.sendByteArray(Mono.just(new byte[LARGE])))
            .bindNow();
    try (Socket client = new Socket()) {
      client.setReceiveBufferSize(64 * 1024);
      client.setSoTimeout(20_000);
      client.connect(new InetSocketAddress("localhost", alone ? server.port() : gateway.port()));
      client
          .getOutputStream()
          .write(
              get("/notes?large")
                  .replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                  .getBytes(ISO_8859_1));
      assertThat(lengthOfSlowlyReadAnswer(client)).isGreaterThan(LARGE);
    } finally {
      server.disposeNow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/notes,true,Content-Length: 1000,x,408",
    "/notes,true,Transfer-Encoding: chunked,'1\r\nx\r\n',408",
    "/auth/login,false,Content-Length: 1000,x,408",
    "/notes,false,Content-Length: 1000,x,401",
    "/notes,false,Transfer-Encoding: chunked,'1\r\nx\r\n',408",
  })
  void answers408ToALateBody(
      String path, boolean token, String length, String bytes, int status, CapturedOutput output)
      throws IOException {
    try (Socket client = sending(gateway.port(), post(path, token, length), bytes)) {
      String answer = answer(client);
      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      if (status == 408) {
        assertThat(answer)
            .containsIgnoringCase("\r\nConnection: close\r\n")
            .contains("urn:problem:request-timeout");
      }
    }
    assertThat(output).doesNotContain("ERROR", "WARN");
  }

  @Test
  void givesAnUploadMoreTimePerByte() throws IOException {
    long start = System.nanoTime();
    String head = post("/tasks/1/attachments", true, "Content-Length: 1000000\r\nContent-Type: ");
    try (Socket client =
        sending(
            gateway.port(),
            head.replace("Content-Type: ", "Content-Type: multipart/form-data; boundary=b")
                + "x".repeat(128 * 1024),
            "x")) {
      assertThat(answer(client)).startsWith("HTTP/1.1 408 ");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void answersOthersWhileManyClientsSendSlowly() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        clients.add(
            sending(gateway.port(), post("/auth/login", false, "Content-Length: 1000"), "x"));
      }
      for (String path : List.of("/livez", "/readyz", "/notes")) {
        assertThat(
                gateway
                    .send(gateway.request("GET", path).timeout(Duration.ofSeconds(10)))
                    .statusCode())
            .as(path)
            .isEqualTo(200);
      }
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private static String get(String path) {
    return "GET %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"
        .formatted(path, TestTokens.valid());
  }

  /** Reads 200 kB a second for 5 s, then the rest. */
  private static long lengthOfSlowlyReadAnswer(Socket socket) throws Exception {
    InputStream answer = socket.getInputStream();
    AtomicLong bytes = new AtomicLong();
    var reads =
        clock.scheduleAtFixedRate(
            () -> {
              try {
                int read = answer.readNBytes(20_000).length;
                if (bytes.addAndGet(read) >= 1_000_000 || read < 20_000) {
                  throw new CancellationException("enough bytes or the end");
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            0,
            100,
            TimeUnit.MILLISECONDS);
    assertThatThrownBy(reads::get).hasRootCauseInstanceOf(CancellationException.class);
    return bytes.get() + answer.readAllBytes().length;
  }

  private static String post(String path, boolean token, String headers) {
    return "POST %s HTTP/1.1\r\nHost: a\r\n%s%s\r\n\r\n"
        .formatted(
            path, token ? "Authorization: Bearer " + TestTokens.valid() + "\r\n" : "", headers);
  }

  /** Sends the first piece at once, then one each 100 ms, and repeats the last one. */
  private static Socket sending(int port, String... pieces) throws IOException {
    Socket socket = new Socket("localhost", port);
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(pieces[0].getBytes(ISO_8859_1));
    sendNext(socket, pieces, 1);
    return socket;
  }

  private static void sendNext(Socket socket, String[] pieces, int next) {
    var unused =
        clock.schedule(
            () -> {
              try {
                socket.getOutputStream().write(pieces[next].getBytes(ISO_8859_1));
                sendNext(socket, pieces, Math.min(next + 1, pieces.length - 1));
              } catch (IOException closed) {
                // The server closed the connection.
              }
            },
            100,
            TimeUnit.MILLISECONDS);
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }
}
