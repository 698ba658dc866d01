package dev.annals.platform.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.platform.sample.HttpTest;
import org.junit.jupiter.api.Test;

class AccessTest extends HttpTest {

  @Test
  void without_a_token_a_closed_endpoint_challenges() throws Exception {
    var response = http.send(http.to("/samples"));
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.body())
        .contains("\"type\":\"urn:problem:unauthorized\"")
        .contains("\"instance\":\"/samples\"");
  }

  @Test
  void a_valid_token_opens_it() throws Exception {
    assertThat(http.get("/samples").statusCode()).isEqualTo(200);
  }
}
