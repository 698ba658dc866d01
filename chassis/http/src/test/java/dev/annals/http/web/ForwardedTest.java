package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.HttpTest;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Forwarding headers are ignored, even on Kubernetes. */
class ForwardedTest extends HttpTest {

  @Test
  void takesTheClientAddressFromTheConnectionAlone() throws Exception {
    HttpResponse<String> answer =
        http.send(
            http.to("/sender")
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "other.example.org")
                .header("X-Forwarded-Prefix", "/other")
                .header("Forwarded", "for=203.0.113.9;proto=https;host=other.example.org"));

    JsonNode seen = JsonMapper.shared().readTree(answer.body());
    assertThat(InetAddress.getByName(seen.path("address").asString()).isLoopbackAddress()).isTrue();
    assertThat(seen.path("url").asString()).matches("http://localhost:\\d+/sender");
  }
}
