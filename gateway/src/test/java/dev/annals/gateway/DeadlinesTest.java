package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Clients that send slowly meet a deadline at the gateway, and keep no others waiting. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class DeadlinesTest {

  private static final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private static final TestSide side =
      TestSide.answering(
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            TestSide.answer(exchange, 200, "side", "");
          });
  private static final RunningGateway gateway =
      RunningGateway.before(
          side.port(), side.port(), "--annals.arrival.head=1s", "--annals.arrival.body=1s");

  @AfterAll
  static void stop() {
    clock.shutdownNow();
    gateway.close();
    side.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /livez HTTP/1.1\r\nHost: a\r\nX: ", "GET /liv"})
  void aHeadThatDoesNotEndIsHungUpOn(String head) throws IOException {
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
  void aSecondHeadHasItsOwnTime() throws IOException {
    String request = "GET /livez HTTP/1.1\r\nHost: a\r\n";
    try (Socket client = sending(gateway.port(), request + "\r\n" + request + "X: ", "x")) {
      assertThat(answer(client)).startsWith("HTTP/1.1 200 ").containsOnlyOnce("HTTP/1.1");
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
  void aBodyThatDoesNotEndIsRefused(
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
  void anUploadHasTimeForWhatItBrings() throws IOException {
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
  void manyThatSendSlowlyKeepNobodyWaiting() throws Exception {
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

  private static String post(String path, boolean token, String headers) {
    return "POST %s HTTP/1.1\r\nHost: a\r\n%s%s\r\n\r\n"
        .formatted(
            path, token ? "Authorization: Bearer " + TestTokens.valid() + "\r\n" : "", headers);
  }

  /** Sends the beginning at once, and goes on, a bit each 100 ms, until it is hung up on. */
  private static Socket sending(int port, String beginning, String endless) throws IOException {
    Socket socket = new Socket("localhost", port);
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(beginning.getBytes(ISO_8859_1));
    goOn(socket, endless.getBytes(ISO_8859_1));
    return socket;
  }

  private static void goOn(Socket socket, byte[] bytes) {
    var unused =
        clock.schedule(
            () -> {
              try {
                socket.getOutputStream().write(bytes);
                goOn(socket, bytes);
              } catch (IOException closed) {
                // Nobody listens any more.
              }
            },
            100,
            TimeUnit.MILLISECONDS);
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }
}
