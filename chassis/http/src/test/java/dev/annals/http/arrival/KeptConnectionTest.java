package dev.annals.http.arrival;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.HttpTest;
import dev.annals.http.sample.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends bad requests of each kind on a connection that the client wants to keep. The server answers
 * the next request, or the response says {@code Connection: close} (RFC 9112, 9.6).
 */
class KeptConnectionTest extends HttpTest {

  private static final String GOOD = "GET /open HTTP/1.1\r\nHost: a\r\n\r\n";

  static Stream<Arguments> requests() {
    String user = "Authorization: Bearer " + Tokens.of("USER");
    String json = "Content-Type: application/json";
    String large = "x".repeat(100_000);
    return Stream.of(
        // Refused by Tomcat.
        bad(431, head("GET /open", "X: " + "x".repeat(60_000)), ""),
        bad(431, head("GET /open", "X: " + "x".repeat(1_000_000)), ""),
        bad(414, head("GET /open?" + "x".repeat(60_000)), ""),
        bad(505, "GET /open HTTP/2.1\r\nHost: a\r\n\r\n", ""),
        bad(505, "GET /open HTTP/2.1\r\nHost: a\r\n\r\n", large),
        bad(417, head("GET /open", "Expect: x"), ""),
        bad(417, head("POST /quiet", "Expect: x", "Content-Length: 100000"), large),
        bad(400, "GET /open HTTP/1.1\r\n\r\n", ""),
        bad(400, "GET\u0001/open HTTP/1.1\r\nHost: a\r\n\r\n", large),
        bad(400, head("GET /open\"{"), ""),
        bad(400, head("GET /open", "Host: b"), ""),
        bad(400, head("POST /quiet", "Content-Length: x"), large),
        bad(501, head("POST /quiet", "Transfer-Encoding: x"), large),
        bad(405, head("X-% /open"), ""),
        // Refused by the application.
        bad(431, head("GET /open", "X: " + "x".repeat(12_000)), ""),
        bad(414, head("GET /open?" + "x".repeat(9_000)), ""),
        bad(404, head("GET /nothing", user), ""),
        bad(401, head("POST /samples", json, "Content-Length: 100000"), large),
        bad(401, head("POST /samples", json, "Content-Length: 2", "Expect: 100-continue"), ""),
        bad(405, head("PATCH /open", "Content-Length: 100000"), large),
        bad(415, head("POST /picky/a", user, "Content-Length: 100000"), large),
        bad(400, head("POST /samples", user, json, "Content-Length: 100000"), large),
        bad(400, head("POST /samples", user, json, "Transfer-Encoding: chunked"), "z\r\n" + large),
        bad(413, head("POST /samples", user, json, "Content-Length: 2000000"), "x".repeat(2 << 20)),
        bad(413, head("POST /samples", user, json, "Transfer-Encoding: chunked"), chunks(20)),
        bad(413, head("POST /samples", json, "Transfer-Encoding: chunked"), chunks(20)),
        bad(413, head("POST /samples", json, "Transfer-Encoding: chunked"), chunks(400)),
        bad(413, head("POST /samples", json, "Content-Length: 40000000"), "x".repeat(40_000_000)),
        bad(500, head("GET /fails/unexpectedly"), ""),
        // Not refused.
        bad(200, head("GET /open", "Content-Length: 100000"), large),
        bad(200, head("GET /open", "Content-Length: 5", "Expect: 100-continue"), ""),
        bad(204, head("POST /quiet", "Content-Length: 5", "Expect: 100-continue"), ""));
  }

  private static Arguments bad(int status, String head, String body) {
    return Arguments.of(status, head, body);
  }

  private static String head(String line, String... headers) {
    return line
        + " HTTP/1.1\r\nHost: a\r\n"
        + String.join("\r\n", headers)
        + (headers.length == 0 ? "\r\n" : "\r\n\r\n");
  }

  private static String chunks(int count) {
    return ("186a0\r\n" + "x".repeat(100_000) + "\r\n").repeat(count) + "0\r\n\r\n";
  }

  @ParameterizedTest(name = "{index}: {0}")
  @MethodSource("requests")
  void answersTheNextRequestUnlessTheResponseSaysClose(int status, String head, String body)
      throws Exception {
    try (Socket socket = http.connect()) {
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      socket.getOutputStream().write(body.getBytes(ISO_8859_1));
      String response = response(socket.getInputStream());
      assertThat(response).startsWith("HTTP/1.1 " + status + " ");
      if (response.contains("\r\nConnection: close\r\n")) {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      } else {
        socket.getOutputStream().write(GOOD.getBytes(ISO_8859_1));
        assertThat(response(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  /** Reads a response and returns its head. */
  private static String response(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("a byte after " + head).isNotNegative();
      head.append((char) next);
    }
    String length = head.toString().replaceFirst("(?s).*\r\nContent-Length: (\\d+)\r\n.*", "$1");
    in.readNBytes(length.equals(head.toString()) ? 0 : Integer.parseInt(length));
    return head.toString();
  }
}
