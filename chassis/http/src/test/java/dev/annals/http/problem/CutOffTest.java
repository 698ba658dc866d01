package dev.annals.http.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.HttpTest;
import dev.annals.http.sample.Tokens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests failures after a part of the response has been sent. */
class CutOffTest extends HttpTest {

  @ParameterizedTest
  @ValueSource(strings = {"/cut-off", "/cut-off/waited", "/cut-off/stream"})
  void closesTheConnectionOfATruncatedResponse(String path) throws Exception {
    String answer =
        http.raw(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + Tokens.of("USER")
                + "\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200").contains("xxx").doesNotContain("secret");
    assertThat(answer).doesNotEndWith("\r\n0\r\n\r\n").doesNotContain("problem");
  }
}
