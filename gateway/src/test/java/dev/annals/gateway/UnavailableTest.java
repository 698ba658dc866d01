package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UnavailableTest {

  @Test
  void aSideThatIsAwayIsAProblemAndTheOtherOneGoesOn() throws IOException {
    int free = freePort();
    try (BackEnd query = BackEnd.named("query");
        RunningGateway gateway = RunningGateway.before(free, query.port())) {

      assertUnavailable(
          gateway.send(gateway.request("POST", "/notes").header("X-Request-Id", "r-1")));
      assertThat(gateway.send(gateway.request("GET", "/notes")).statusCode()).isEqualTo(200);
      assertThat(gateway.send(gateway.request("GET", "/readyz")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aSideThatDoesNotTakeTheConnectionIsAProblemWithinTwoSeconds() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RunningGateway gateway = RunningGateway.before(deaf.getLocalPort(), deaf.getLocalPort())) {
      fill(deaf, waiting);
      gateway.send(gateway.request("GET", "/livez"));

      long start = System.nanoTime();
      var answer = gateway.send(gateway.request("POST", "/notes").header("X-Request-Id", "r-1"));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertUnavailable(answer);
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void aRequestWhoseConnectionBreaksIsAProblemAndNotSentAgain() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    try (ServerSocket side = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        RunningGateway gateway = RunningGateway.before(side.getLocalPort(), side.getLocalPort())) {
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
      try (Socket socket = side.accept()) {
        byte[] request = new byte[8192];
        while (socket.getInputStream().read(request) > 0) {
          if (heard.incrementAndGet() > 1) {
            // Closes by a reset.
            socket.setSoLinger(true, 0);
            break;
          }
          socket.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(US_ASCII));
        }
      } catch (IOException closed) {
        // The test is over.
      }
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

  /** Takes all that may wait to be accepted, so that the next one is left without an answer. */
  private static void fill(ServerSocket deaf, List<Socket> waiting) throws IOException {
    while (waiting.size() < 10) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(deaf.getLocalSocketAddress(), 200);
      } catch (SocketTimeoutException full) {
        return;
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
