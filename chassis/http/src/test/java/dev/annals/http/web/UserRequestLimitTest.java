package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.http.sample.HttpTest;
import dev.annals.http.sample.SampleController;
import dev.annals.http.sample.Tokens;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A user has at most 128 concurrent requests of any kind. */
class UserRequestLimitTest extends HttpTest {

  private final List<CompletableFuture<HttpResponse<String>>> blocked = new ArrayList<>();

  @AfterEach
  void release() {
    SampleController.release();
  }

  @Test
  void refusesThe129thConcurrentRequestOfAUserWith429() throws Exception {
    SampleController.block();
    for (int i = 0; i < 128; i++) {
      blocked.add(http.sendAsync(http.as("USER", "/held")));
    }
    await().until(() -> SampleController.blocked() == 128);

    HttpResponse<String> refused = http.get("/samples");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("urn:problem:too-many-requests");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(http.send(http.to("/open")).statusCode()).isEqualTo(200);
    HttpRequest.Builder other =
        http.to("/samples").header("Authorization", "Bearer " + Tokens.ofUser(UUID.randomUUID()));
    assertThat(http.send(other).statusCode()).isEqualTo(200);

    SampleController.release();
    for (CompletableFuture<HttpResponse<String>> one : blocked) {
      assertThat(one.join().statusCode()).isEqualTo(200);
    }
    assertThat(http.get("/samples").statusCode()).isEqualTo(200);
  }
}
