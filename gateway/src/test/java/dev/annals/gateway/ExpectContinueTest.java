package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with {@code Expect: 100-continue}. */
@Timeout(60)
class ExpectContinueTest {

  private static TestSide identity;
  private static RawSide side;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    identity = TestSide.named("identity");
    side = RawSide.start();
    gateway =
        RunningGateway.before(
            side.port(),
            side.port(),
            "--annals.gateway.identity=http://127.0.0.1:" + identity.port());
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    side.close();
    identity.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/refused,Content-Length: 4,true,415",
    "/refused,Transfer-Encoding: chunked,true,415",
    "/refused,Content-Length: 4,false,401",
    "/refused,Transfer-Encoding: chunked,false,401",
    "/wanted,Content-Length: 1048577,true,413"
  })
  void sendsNo100ContinueIfTheHeadIsRefused(String path, String length, boolean token, int status)
      throws IOException {
    try (Socket client = new Socket("localhost", gateway.port())) {
      client.setSoTimeout(10_000);
      write(client, head(path, length, token));
      assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 " + status + " ")
          .containsIgnoringCase("\r\nConnection: close\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 4", "Transfer-Encoding: chunked"})
  void forwards100ContinueOfTheSide(String length) throws IOException {
    String body = length.startsWith("T") ? "4\r\nbody\r\n0\r\n\r\n" : "body";
    side.received().clear();
    try (Socket client = new Socket("localhost", gateway.port())) {
      client.setSoTimeout(10_000);
      write(client, head("/wanted", length, true));
      assertThat(line(client.getInputStream())).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(line(client.getInputStream())).isEmpty();
      assertThat(side.received()).isEmpty();
      write(client, body);
      assertThat(line(client.getInputStream())).isEqualTo("HTTP/1.1 201 Created");
    }
    assertThat(side.received()).containsExactly(body);
  }

  @Test
  void answersAClientThatSendsTheBodyAtOnce() throws IOException {
    side.received().clear();
    try (Socket client = new Socket("localhost", gateway.port())) {
      client.setSoTimeout(10_000);
      write(client, head("/wanted", "Content-Length: 4", true) + "body");
      assertThat(line(client.getInputStream())).startsWith("HTTP/1.1 ");
      await().untilAsserted(() -> assertThat(side.received()).containsExactly("body"));
    }
  }

  private static String head(String path, String length, boolean token) {
    return "POST %s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n%s%s\r\n\r\n"
        .formatted(
            path, token ? "Authorization: Bearer " + TestTokens.valid() + "\r\n" : "", length);
  }

  private static void write(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\r'; next = in.read()) {
      line.append((char) next);
    }
    in.read();
    return line.toString();
  }
}
