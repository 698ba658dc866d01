package dev.annals.platform.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.platform.sample.HttpTest;
import org.junit.jupiter.api.Test;

/** What fails when a part of its answer has left. */
class CutOffTest extends HttpTest {

  @Test
  void isNotTakenForAWholeAnswer() throws Exception {
    String answer = http.raw("GET /cut-off HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200").contains("xxx").doesNotContain("secret");
    assertThat(answer).doesNotEndWith("\r\n0\r\n\r\n").doesNotContain("problem");
  }
}
