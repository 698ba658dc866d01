package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Requests that violate HTTP. */
@ExtendWith(Deployment.class)
class MalformedRequestIT {

  private final Annals annals;

  MalformedRequestIT(Annals annals) {
    this.annals = annals;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /notes|x HTTP/1.1\r\nHost: a\r\n",
        "GET /notes/%zz HTTP/1.1\r\nHost: a\r\n",
        "GET /notes/% HTTP/1.1\r\nHost: a\r\n",
        "GET /notes/%00 HTTP/1.1\r\nHost: a\r\n",
        "GET /notes/%c0%80 HTTP/1.1\r\nHost: a\r\n",
        "GET /notes?q={} HTTP/1.1\r\nHost: a\r\n",
        "GET /notes HTTP/1.1\r\n",
        "GET /notes HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
        "GET /notes HTTP/1.1\r\nHost: a b\r\n",
        "GET notes HTTP/1.1\r\nHost: a\r\n",
        "G ET /notes HTTP/1.1\r\nHost: a\r\n",
        "POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n",
        "POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n",
        "GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n"
      })
  void isAnsweredWithAProblemDocument(String request) throws IOException {
    isProblem(raw(request + "Connection: close\r\n\r\n"), 400);
  }

  @Test
  void isRefusedWithAnUnknownTransferCoding() throws IOException {
    isProblem(
        raw(
            """
            POST /auth/login HTTP/1.1\r
            Host: a\r
            Transfer-Encoding: rot13\r
            Connection: close\r
            \r
            """),
        501);
  }

  @Test
  void isRefusedInAnotherHttpVersion() throws IOException {
    isProblem(raw("GET /notes HTTP/9.9\r\nHost: a\r\n\r\n"), 505);
  }

  @Test
  void isRefusedWithTooLongHeaders() throws IOException {
    String answer = raw("GET /notes HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(100_000) + "\r\n\r\n");
    if (!answer.isEmpty()) {
      isProblem(answer, 400, 431);
    }
  }

  @Test
  void isRefusedWithMalformedChunks() throws IOException {
    isProblem(
        raw(
            """
            POST /auth/login HTTP/1.1\r
            Host: a\r
            Content-Type: application/json\r
            Transfer-Encoding: chunked\r
            Connection: close\r
            \r
            zz\r
            {}\r
            0\r
            \r
            """),
        400);
  }

  @Test
  void doesNotAffectOtherRequests() throws IOException {
    raw("\r\n\r\n\u0000\u0001\u0002 garbage\r\n\r\n");
    annals.anybody().get("/livez").expect(200);
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(annals.url().getHost(), annals.url().getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static void isProblem(String answer, Integer... statuses) {
    int end = answer.indexOf("\r\n\r\n");
    assertThat(end).as(answer).isPositive();
    int status = Integer.parseInt(answer.split(" ", 3)[1]);
    assertThat(statuses).as(answer).contains(status);
    assertThat(answer.substring(0, end).toLowerCase(Locale.ROOT))
        .contains("content-type: application/problem+json")
        .contains("x-request-id: ");
    JsonNode problem =
        Json.parse(answer.substring(answer.indexOf('{', end), answer.lastIndexOf('}') + 1));
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("type").asString()).startsWith("urn:problem:");
    assertThat(problem.get("title").asString()).isNotBlank();
    assertThat(problem.get("detail").asString()).isNotBlank();
    assertThat(answer).doesNotContain("Exception", "org.apache", "Tomcat", "<html");
  }
}
