package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedRequestHandlerTest {

  private static final TestSide side = TestSide.named("side");
  private static final RunningGateway gateway = RunningGateway.before(side.port(), side.port());

  @AfterAll
  static void stop() {
    gateway.close();
    side.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /livez|x HTTP/1.1\r\nHost: a\r\n",
        "GET /notes/%zz HTTP/1.1\r\nHost: a\r\n",
        "GET /notes/%00 HTTP/1.1\r\nHost: a\r\n",
        "GET /notes/%c0%80 HTTP/1.1\r\nHost: a\r\n",
        "GET /notes/%E2%80%A8 HTTP/1.1\r\nHost: a\r\n",
        "GET /a%0D%0Ab HTTP/1.1\r\nHost: a\r\n",
        "GET /notes;a=b HTTP/1.1\r\nHost: a\r\n",
        "GET //notes HTTP/1.1\r\nHost: a\r\n",
        "GET /files/..%2Fnotes HTTP/1.1\r\nHost: a\r\n",
        "GET /files/../notes HTTP/1.1\r\nHost: a\r\n",
        "GET /files/%2e%2e/notes HTTP/1.1\r\nHost: a\r\n",
        "GET /files\\..\\notes HTTP/1.1\r\nHost: a\r\n",
        "GET /notes?q={} HTTP/1.1\r\nHost: a\r\n",
        "GET /livez HTTP/1.1\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
        "GET /livez HTTP/1.1\r\nHost: a b\r\n",
        "GET livez HTTP/1.1\r\nHost: a\r\n",
        "POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n",
        "POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n"
      })
  void answers400ToAMalformedHead(String request) throws IOException {
    assertThat(raw(request + "X-Request-Id: r-1\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("Content-Type: application/problem+json", "X-Request-Id: r-1")
        .contains("{\"type\":\"urn:problem:bad-request\",\"title\":\"The request cannot be read\"")
        .endsWith("}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "/x", "%20"})
  void validatesALongTargetToItsEnd(String part) throws IOException {
    String target = "/notes" + part.repeat(7000 / part.length());
    assertThat(raw("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 401 ");
    assertThat(raw("GET /notes?q=" + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 401 ");
    assertThat(raw("GET " + target + "%z HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void answers400ToAMalformedChunk() throws IOException {
    assertThat(
            raw(
                """
                POST /auth/login HTTP/1.1\r
                Host: a\r
                Transfer-Encoding: chunked\r
                \r
                zz\r
                {}\r
                0\r
                \r
                """))
        .startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @CsvSource({
    "8192, 0, 401",
    "8193, 0, 414",
    "60000, 0, 414",
    "6, 8000, 401",
    "6, 9000, 431",
    "6, 60000, 431"
  })
  void answers414ToALongTargetAnd431ToLongHeaders(int target, int field, int status)
      throws IOException {
    String answer =
        raw(
            "GET /notes%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: %s\r\n\r\n"
                .formatted("x".repeat(target - 6), "x".repeat(field)));
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .containsIgnoringCase("content-type: application/problem+json")
        .contains("\"status\":" + status);
  }

  @ParameterizedTest
  @CsvSource({
    "POST /auth/login HTTP/1.1, Transfer-Encoding: rot13, 501",
    "GET /livez HTTP/1.1, Expect: 200-ok, 417",
    "GET /livez HTTP/9.9, X: y, 505"
  })
  void answersUnknownCodingsExpectationsAndVersions(String line, String header, int status)
      throws IOException {
    assertThat(raw(line + "\r\nHost: a\r\n" + header + "\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("\"status\":" + status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/livez",
        "/livez?",
        "/auth/login?a=b/c?d;e&f=%C3%A9+%25",
        "/swagger-ui/a-b_c.d~e!$&'()*+,=:@/%20%C3%A9/",
      })
  void acceptsWellFormedTargets(String target) throws IOException {
    assertThat(raw("GET " + target + " HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket("localhost", gateway.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
