package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Access tokens at the gateway. */
class TokensTest {

  private static final AtomicInteger fetches = new AtomicInteger();
  private static final AtomicReference<JWKSet> keys =
      new AtomicReference<>(new JWKSet(TestTokens.KEY.toPublicJWK()));
  private static final TestSide side = TestSide.named("side");
  private static final TestSide identity = TestSide.publishing(TokensTest::publish);
  private static final RunningGateway gateway =
      RunningGateway.before(
          side.port(),
          side.port(),
          "--annals.gateway.identity=http://127.0.0.1:" + identity.port());

  private static void publish(HttpExchange exchange) throws IOException {
    fetches.incrementAndGet();
    TestSide.answer(exchange, 200, "identity", keys.get().toString());
  }

  @AfterAll
  static void stop() {
    gateway.close();
    side.close();
    identity.close();
  }

  @Test
  void forwardsARequestWithAValidToken() {
    assertThat(send("Bearer " + TestTokens.valid())).isEqualTo(200);
    assertThat(send("bearer  " + TestTokens.valid())).isEqualTo(200);
  }

  @Test
  void needsNoTokenOnTheManagementPort() throws Exception {
    URI management =
        URI.create(
            "http://localhost:"
                + gateway.context().getEnvironment().getProperty("local.management.port"));
    for (String path : List.of("/actuator/health/readiness", "/actuator/prometheus")) {
      assertThat(
              gateway
                  .client()
                  .send(
                      HttpRequest.newBuilder(management.resolve(path)).build(),
                      BodyHandlers.discarding())
                  .statusCode())
          .as(path)
          .isEqualTo(200);
    }
  }

  static List<String> bad() {
    Instant now = Instant.now();
    ECKey other = TestTokens.key("published");
    return List.of(
        "x",
        "a.b.c",
        TestTokens.valid() + "x",
        TestTokens.token(other, "at+jwt", claims -> {}),
        TestTokens.token(TestTokens.key("never"), "at+jwt", claims -> {}),
        TestTokens.token(TestTokens.KEY, "JWT", claims -> {}),
        TestTokens.token(TestTokens.KEY, "at+jwt", claims -> claims.issuer("other")),
        TestTokens.token(TestTokens.KEY, "at+jwt", claims -> claims.audience("other")),
        TestTokens.token(TestTokens.KEY, "at+jwt", claims -> claims.subject("me")),
        TestTokens.token(TestTokens.KEY, "at+jwt", claims -> claims.jwtID(null)),
        TestTokens.token(TestTokens.KEY, "at+jwt", claims -> claims.issueTime(null)),
        TestTokens.token(TestTokens.KEY, "at+jwt", claims -> claims.expirationTime(null)),
        TestTokens.token(TestTokens.KEY, "at+jwt", claims -> claims.claim("sid", "5")),
        TestTokens.token(TestTokens.KEY, "at+jwt", claims -> claims.claim("roles", "USER")),
        TestTokens.token(
            TestTokens.KEY,
            "at+jwt",
            claims -> claims.expirationTime(Date.from(now.minusSeconds(60)))));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void answers401ToAnInvalidToken(String token) {
    var answer =
        gateway.send(
            gateway.anonymous("POST", "/notes").header("Authorization", "Bearer " + token));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer error=\"invalid_token\"");
    assertThat(answer.headers().allValues("Side")).isEmpty();
  }

  @Test
  void answers401WithAChallengeWithoutAToken() {
    var answer = gateway.send(gateway.anonymous("GET", "/notes/1").header("X-Request-Id", "r-1"));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().map())
        .containsEntry("www-authenticate", List.of("Bearer"))
        .containsEntry("content-type", List.of("application/problem+json"))
        .containsEntry("cache-control", List.of("no-store"))
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("x-request-id", List.of("r-1"));
    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo(
            "{\"type\":\"urn:problem:unauthorized\",\"title\":\"Authentication is needed\","
                + "\"status\":401,\"detail\":\"Send a valid access token.\","
                + "\"instance\":\"/notes/1\"}");
  }

  @Test
  void answers401ToTwoTokens() {
    String bearer = "Bearer " + TestTokens.valid();

    assertThat(
            gateway
                .send(
                    gateway
                        .anonymous("GET", "/notes")
                        .header("Authorization", bearer)
                        .header("Authorization", bearer))
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void fetchesAnUnknownKeyOnce() {
    ECKey next = TestTokens.key("next");
    keys.set(new JWKSet(List.of(TestTokens.KEY.toPublicJWK(), next.toPublicJWK())));

    assertThat(send("Bearer " + TestTokens.token(next, "at+jwt", claims -> {}))).isEqualTo(200);

    int before = fetches.get();
    assertThat(send("Bearer " + TestTokens.token(next, "at+jwt", claims -> claims.jwtID("2"))))
        .isEqualTo(200);
    assertThat(send("Bearer " + TestTokens.token(TestTokens.KEY, "at+jwt", claims -> {})))
        .isEqualTo(200);
    assertThat(fetches).hasValue(before);
  }

  @Test
  void fetchesKeysAtMostOnceASecond() {
    List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
    int before = fetches.get();
    long start = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      ECKey unknown = TestTokens.key("unknown-" + i);
      answers.add(
          gateway
              .client()
              .sendAsync(
                  gateway
                      .anonymous("GET", "/notes")
                      .header(
                          "Authorization",
                          "Bearer " + TestTokens.token(unknown, "at+jwt", claims -> {}))
                      .build(),
                  BodyHandlers.discarding()));
    }
    assertThat(answers).extracting(answer -> answer.join().statusCode()).containsOnly(401);

    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    assertThat(fetches.get() - before).isBetween(1, 2 + (int) seconds);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /auth/register",
    "POST, /auth/login",
    "PUT, /auth/login",
    "POST, /auth/refresh",
    "POST, /auth/logout",
    "POST, /auth/forgot-password",
    "POST, /auth/reset-password",
    "POST, /auth/verify-email",
    "GET, /reset-password?token=t",
    "POST, /reset-password",
    "GET, /verify-email?token=t",
    "GET, /console",
    "GET, /console/",
    "GET, /console/views/login.js",
    "POST, /console/",
    "GET, /.well-known/jwks.json",
    "GET, /files/attachments/1/2",
    "PUT, /files/uploads/1",
    "GET, /ws",
    "GET, /livez",
    "GET, /readyz",
    "GET, /v3/api-docs/swagger-config",
    "GET, /swagger-ui.html",
    "GET, /swagger-ui/index.html",
    "GET, /asyncapi"
  })
  void needsNoTokenOnOpenPaths(String method, String path) {
    assertThat(gateway.send(gateway.anonymous(method, path)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /auth/logout-all",
    "GET, /auth/sessions",
    "POST, /auth/change-password",
    "POST, /auth/verify-email/resend",
    "GET, /reset-password/1",
    "GET, /verify-email/",
    "GET, /",
    "GET, /consoles",
    "GET, /webhooks",
    "GET, /users/me",
    "GET, /.well-known/other",
    "GET, /livez/1",
    "GET, /unheard-of",
    "OPTIONS, /notes"
  })
  void answers401WithoutATokenOnAllOtherPaths(String method, String path) {
    assertThat(gateway.send(gateway.anonymous(method, path)).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | / | text/html | 200",
        "HEAD | / | text/html | 200",
        "GET | / | text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | 200",
        "GET | / | application/json, Text/HTML;q=0.1 | 200",
        "GET | / | */* | 401",
        "GET | / | text/* | 401",
        "GET | / | text/plain | 401",
        "GET | / | text/html;q=0 | 401",
        "GET | / | text/html, broken | 401",
        "POST | / | text/html | 401",
        "OPTIONS | / | text/html | 401",
        "GET | /unheard-of | text/html | 401"
      })
  void needsNoTokenToOpenTheSiteInABrowser(String method, String path, String accept, int status) {
    assertThat(gateway.send(gateway.anonymous(method, path).header("Accept", accept)).statusCode())
        .isEqualTo(status);
  }

  private static int send(String authorization) {
    return gateway
        .send(gateway.anonymous("GET", "/notes").header("Authorization", authorization))
        .statusCode();
  }
}
