package dev.annals.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.platform.sample.HttpTest;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LargeAnswersTest extends HttpTest {

  @Test
  void ofStreamsAUserGetsFourAtATime() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        slow.add(http.begin("USER", "/streams"));
      }

      HttpResponse<String> answer = http.get("/streams");

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    await().until(() -> http.get("/streams").statusCode() == 200);
  }
}
