package dev.annals.http.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.HttpTest;
import dev.annals.http.sample.Tokens;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;

class AccessTest extends HttpTest {

  @Test
  void answers405ForAnUnknownMethodOfAPublicPathWithoutAToken() throws Exception {
    var response = http.send(http.to("/open").method("POST", BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/samples",
    "HEAD,/samples",
    "POST,/samples",
    "PATCH,/samples",
    "OPTIONS,/samples",
    "GET,/nothing",
    "GET,/",
    "GET,/error",
    "GET,/whoami",
    "GET,/actuator",
    "GET,/actuator/health",
    "GET,/open/more",
    "GET,/favicon.ico"
  })
  void answers401WithAChallengeWithoutAToken(String method, String path) throws Exception {
    var response = http.send(http.to(path).method(method, BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  @Test
  void answers401WithInvalidTokenForABadToken() throws Exception {
    for (String header : new String[] {"Bearer x", "bearer ", "BEARER a.b.c"}) {
      var response = http.send(http.to("/samples").header("Authorization", header));
      assertThat(response.statusCode()).isEqualTo(401);
    }
    var response = http.send(http.to("/samples").header("Authorization", "Bearer x"));
    assertThat(response.headers().firstValue("WWW-Authenticate"))
        .contains("Bearer error=\"invalid_token\"");
  }

  @Test
  void acceptsOneTokenInTheHeaderOnly() throws Exception {
    String token = Tokens.of("USER");
    assertThat(status("/samples?access_token=" + token, null)).isEqualTo(401);
    assertThat(status("/samples", "Basic " + token)).isEqualTo(401);
    assertThat(status("/samples", token)).isEqualTo(401);
    assertThat(status("/samples", "bEARER " + token)).isEqualTo(200);
    assertThat(
            http.send(
                    http.to("/samples")
                        .header("Authorization", "Bearer " + token)
                        .header("Authorization", "Bearer " + token))
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void answers403ForAMissingRole() throws Exception {
    HttpResponse<String> response = http.send(http.as("AUDITOR", "/samples"));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("urn:problem:forbidden", "\"instance\":\"/samples\"");
    assertThat(http.send(http.as("USER", "/administered").DELETE()).statusCode()).isEqualTo(403);
    assertThat(http.send(http.as("ADMIN", "/administered").DELETE()).statusCode()).isEqualTo(200);
  }

  @Test
  void answers403ForAMissingRoleBefore405() throws Exception {
    assertThat(http.send(http.as("USER", "/administered")).statusCode()).isEqualTo(403);
    assertThat(http.send(http.as("ADMIN", "/administered")).statusCode()).isEqualTo(405);
  }

  @Test
  void passesTheCallerToAController() throws Exception {
    assertThat(http.send(http.as("AUDITOR", "/whoami")).body())
        .contains(Tokens.USER_ID, Tokens.SESSION_ID, "[\"AUDITOR\"]");
  }

  @Test
  void ignoresATokenOnAPublicEndpoint() throws Exception {
    assertThat(status("/open", null)).isEqualTo(200);
    assertThat(status("/open", "Bearer nonsense")).isEqualTo(200);
    assertThat(http.send(http.as("USER", "/open")).body()).isEqualTo("{\"known\":false}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/v3/api-docs", "/swagger-ui.html", "/swagger-ui/index.html"})
  void servesProbesAndDocumentsWithoutAToken(String path) throws Exception {
    assertThat(status(path, null)).isIn(200, 302);
  }

  @Test
  void answers503FromReadinessWithoutTheDatabaseAndNoDetails() throws Exception {
    var response = http.send(http.to("/readyz"));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).doesNotContain("postgres", "db");
  }

  @Test
  void servesTheActuatorWithoutATokenOnTheManagementPort(
      @Value("${local.management.port}") int port) throws Exception {
    var management = new dev.annals.http.sample.Http(port);
    assertThat(management.send(management.to("/actuator/prometheus")).statusCode()).isEqualTo(200);
    assertThat(management.send(management.to("/actuator/health")).body()).contains("\"db\"");
    assertThat(management.send(management.to("/samples")).statusCode()).isEqualTo(401);
  }

  @Test
  void setsSecurityHeaders() throws Exception {
    var headers = http.get("/samples").headers();
    assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
    assertThat(headers.firstValue("Cache-Control").orElseThrow()).contains("no-store");
  }

  private int status(String path, String authorization) throws Exception {
    var request = http.to(path);
    return http.send(
            authorization == null ? request : request.header("Authorization", authorization))
        .statusCode();
  }
}
