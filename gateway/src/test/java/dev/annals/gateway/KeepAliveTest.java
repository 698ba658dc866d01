package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.cloud.gateway.config.HttpClientProperties;

/** Sends requests on one connection, some of them before the previous answer. */
class KeepAliveTest {

  private static final int ROUNDS = 20;
  private static final int TIMEOUT_MILLIS = 10_000;

  private static final TestSide side = TestSide.named("side");
  private static final RunningGateway gateway = RunningGateway.before(side.port(), side.port());

  private int sent;

  @AfterAll
  static void stop() {
    gateway.close();
    side.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET /notes HTTP/1.1, '', 401",
    "HEAD /notes HTTP/1.1, '', 401",
    "POST /notes HTTP/1.1, {}, 401",
    "POST /auth/login HTTP/1.1, {}, 200",
    "GET /livez HTTP/1.1, '', 200",
    "GET /readyz HTTP/1.1, '', 200",
    "OPTIONS /livez HTTP/1.1, '', 200",
    "GET /auth/login HTTP/1.1, '', 200"
  })
  void answersEachRequestOfAConnection(String line, String body, int status) throws IOException {
    try (Socket socket = new Socket("localhost", gateway.port())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      for (int round = 0; round < ROUNDS; round++) {
        int pipelined = 1 + round % 4;
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < pipelined; i++) {
          requests.append(
              "%s\r\nHost: a\r\nX-Request-Id: r-%d.\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(line, ++sent, body.length(), body));
        }
        socket.getOutputStream().write(requests.toString().getBytes(ISO_8859_1));
        String answers = readUpTo(socket.getInputStream(), "r-" + sent + ".\r\n");
        assertThat(answers.split("HTTP/1.1 " + status + " ", -1)).hasSize(pipelined + 1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /notes, Connection: close, HTTP/1.1, '', 401",
    "GET /notes, X: x, HTTP/1.0, '', 401",
    "HEAD /notes, Connection: Close, HTTP/1.1, '', 401",
    "POST /notes, Connection: close, HTTP/1.1, {}, 401",
    "POST /auth/login, Connection: close, HTTP/1.1, {}, 200",
    "POST /auth/login, Connection: close, HTTP/1.0, {}, 200",
    "GET /auth/login, Connection: close, HTTP/1.1, '', 200",
    "GET /auth/login, X: x, HTTP/1.0, '', 200",
    "GET /livez, X: x, HTTP/1.0, '', 200",
    "OPTIONS /livez, Connection: close, HTTP/1.1, '', 200",
    "GET /auth login, X: x, HTTP/1.1, '', 400",
    "GET /auth/login, Host: b, HTTP/1.1, '', 400",
    "GET /auth/login, Expect: x, HTTP/1.1, '', 417",
    "GET /auth/login, X: x, HTTP/2.1, '', 505"
  })
  void answersTheLastRequestOfAConnectionAndCloses(
      String line, String header, String version, String body, int status) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      try (Socket socket = new Socket("localhost", gateway.port())) {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        int before = round % 4;
        String last =
            "%s %s\r\nHost: a\r\n%s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(line, version, header, body.length(), body);
        String requests = "GET /auth/login HTTP/1.1\r\nHost: a\r\n\r\n".repeat(before) + last;
        // The server ignores a request after the last one.
        socket.getOutputStream().write((requests + last).getBytes(ISO_8859_1));
        String answers = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        List<String> each = List.of(answers.split("(?=HTTP/1\\.[01] \\d{3} )"));
        assertThat(each).as(answers).hasSize(before + 1);
        assertThat(each.get(before)).matches("(?s)HTTP/1\\.[01] " + status + " .*");
        assertThat(each.get(before).toLowerCase(Locale.ROOT)).contains("connection: close\r\n");
        assertThat(answers.toLowerCase(Locale.ROOT).split("connection: close", -1)).hasSize(2);
      }
    }
  }

  /** Else a new process behind a name would get no requests while the load lasts. */
  @Test
  void replacesConnectionsToASideThatAreInUseForHalfAMinute() {
    assertThat(gateway.context().getBean(HttpClientProperties.class).getPool().getMaxLifeTime())
        .isEqualTo(Duration.ofSeconds(30));
  }

  private static String readUpTo(InputStream in, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      int next = in.read();
      assertThat(next).as("a byte after " + text).isNotNegative();
      text.append((char) next);
    }
    return text.toString();
  }
}
