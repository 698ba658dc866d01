package dev.annals.http.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.SampleApplication;
import dev.annals.http.sample.Tokens;
import java.time.Duration;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Deadlines apply to clients that stall, but not to clients with a slow line. */
@Timeout(60)
@SpringBootTest(
    classes = SampleApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:postgresql://localhost:1/none",
      "spring.datasource.hikari.initialization-fail-timeout=-1",
      "spring.datasource.hikari.connection-timeout=250",
      "management.server.port=0",
      "annals.arrival.head=1s",
      "annals.arrival.body=1s",
      "annals.arrival.stall=2s",
      "server.tomcat.connection-timeout=1s"
    })
class ArrivalTest {

  @LocalServerPort private int port;
  @LocalManagementPort private int managementPort;

  @ParameterizedTest
  @ValueSource(strings = {"GET /open HTTP/1.1\r\nHost: a\r\nX: ", "GET /op"})
  void closesTheConnectionOfAnIncompleteHeadAfterTheDeadline(String head) throws Exception {
    try (SlowClient client = SlowClient.sending(port, head, "x");
        SlowClient management = SlowClient.sending(managementPort, head, "x")) {
      assertThat(client.answer()).isEmpty();
      assertThat(management.answer()).isEmpty();
    }
  }

  @Test
  void startsTheDeadlineAnewForASecondHead() throws Exception {
    String request = "GET /open HTTP/1.1\r\nHost: a\r\n";
    long start = System.nanoTime();
    try (SlowClient client =
        SlowClient.sending(
            port,
            request,
            "A: a\r\n",
            "B: b\r\n",
            "C: c\r\n",
            "D: d\r\n",
            "E: e\r\n",
            "\r\n" + request + "X: ",
            "x")) {
      assertThat(client.answer()).startsWith("HTTP/1.1 200 ").containsOnlyOnce("HTTP/1.1");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/open", "/open/later"})
  void keepsAnIdleConnectionOpenAfterARequest(String path) throws Exception {
    String request = get(path);
    // One piece each 100 ms, the second request after 2.4 s.
    String[] pieces = Collections.nCopies(26, "").toArray(String[]::new);
    pieces[0] = request;
    pieces[24] = request.replace("keep-alive", "close");
    try (SlowClient client = SlowClient.sending(port, pieces)) {
      assertThat(client.answer().split("HTTP/1.1 200 ", -1)).hasSize(3);
    }
  }

  @Test
  void sendsAWholeResponseToASlowReader() throws Exception {
    try (SlowClient client =
        SlowClient.asking(port, get("/open/large").replace("keep-alive", "close"))) {
      assertThat(client.readSlowly()).isGreaterThan(8 << 20);
    }
  }

  @ParameterizedTest
  @CsvSource({"Content-Length: 1000,x", "Transfer-Encoding: chunked,'1\r\nx\r\n'"})
  void refusesAnIncompleteBodyWith408AfterTheDeadline(String length, String bytes)
      throws Exception {
    String head =
        post(
            "/samples",
            "Authorization: Bearer " + Tokens.of("USER"),
            "Content-Type: application/json",
            length);
    try (SlowClient client = SlowClient.sending(port, head, bytes)) {
      assertThat(client.answer())
          .startsWith("HTTP/1.1 408 ")
          .contains("Connection: close")
          .contains("urn:problem:request-timeout");
    }
  }

  @Test
  void respondsBeforeAnIncompleteBodyThatItDoesNotRead() throws Exception {
    try (SlowClient refused =
            SlowClient.sending(port, post("/samples", "Content-Length: 1000"), "x");
        SlowClient answered = SlowClient.sending(port, get("/open", "Content-Length: 1000"), "x");
        SlowClient management =
            SlowClient.sending(
                managementPort, get("/actuator/health/liveness", "Content-Length: 1000"), "x")) {
      assertThat(refused.answer()).startsWith("HTTP/1.1 401 ");
      assertThat(answered.answer()).startsWith("HTTP/1.1 200 ");
      assertThat(management.answer()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void extendsTheDeadlineOfAnUploadByItsBytes() throws Exception {
    String type = "Content-Type: multipart/form-data; boundary=b";
    String file = "x".repeat(128 * 1024);
    long start = System.nanoTime();
    try (SlowClient client =
        SlowClient.sending(
            port,
            post("/tasks/" + Tokens.USER_ID + "/attachments", type, "Content-Length: 1000000")
                + file,
            "x")) {
      assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
  }

  static String post(String path, String... headers) {
    return "POST " + head(path, headers);
  }

  static String get(String path, String... headers) {
    return "GET " + head(path, headers);
  }

  private static String head(String path, String... headers) {
    return path
        + " HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n"
        + String.join("", Stream.of(headers).map(header -> header + "\r\n").toList())
        + "\r\n";
  }
}
