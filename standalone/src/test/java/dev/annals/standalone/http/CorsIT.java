package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of pages that another host has served. */
@ExtendWith(Deployment.class)
class CorsIT {

  private static final String EXPOSED =
      "Accept-Ranges, Allow, Cache-Status, Consistency-Token, Content-Disposition, Content-Range,"
          + " ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate,"
          + " X-Request-Id";

  private final Annals annals;
  private final Client page;

  CorsIT(Annals annals) {
    assumeTrue(annals.output().isPresent(), "Another deployment has other origins");
    this.annals = annals;
    this.page = annals.anybody().with("Origin", Deployment.ORIGIN);
  }

  @Test
  void preflightsOfAllEndpointsNeedNoToken() throws IOException {
    for (String line : endpoints()) {
      List<String> words = List.of(line.strip().split("\\s+"));
      String path = words.get(1).replaceAll("\\{\\w+}", "00000000-0000-4000-8000-000000000000");

      Answer preflight = preflight(page, path, words.get(0)).expect(200);

      assertAllowed(preflight);
      assertThat(preflight.header("Access-Control-Allow-Methods"))
          .as(line)
          .hasValue("GET, HEAD, POST, PUT, DELETE");
      assertThat(preflight.header("Access-Control-Allow-Headers"))
          .as(line)
          .hasValue(
              "Authorization, Content-Type, If-Match, If-None-Match, Range, Idempotency-Key,"
                  + " Consistency-Token, Last-Event-ID, X-Request-Id");
      assertThat(preflight.text()).as(line).isEmpty();
    }
  }

  private static List<String> endpoints() throws IOException {
    try (InputStream table = CorsIT.class.getResourceAsStream("/access.txt")) {
      List<String> lines =
          new String(table.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .toList();
      assertThat(lines).hasSizeGreaterThan(60);
      return lines;
    }
  }

  private static Answer preflight(Client page, String path, String method) {
    return page.with("Access-Control-Request-Method", method)
        .with("Access-Control-Request-Headers", "authorization,if-match")
        .send("OPTIONS", path, "");
  }

  private static void assertAllowed(Answer answer) {
    assertThat(answer.headers().allValues("Access-Control-Allow-Origin"))
        .as(answer.toString())
        .containsExactly(Deployment.ORIGIN);
    assertThat(answer.headers().allValues("Access-Control-Expose-Headers"))
        .as(answer.toString())
        .containsExactly(EXPOSED);
    assertThat(answer.headers().allValues("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(String.join(", ", answer.headers().allValues("Vary")))
        .as(answer.toString())
        .containsIgnoringCase("Origin");
  }

  @Test
  void answersOfBothSidesAreReadable() {
    Client user = annals.newUser().with("Origin", Deployment.ORIGIN);

    assertAllowed(user.get("/notes").expect(200));
    assertAllowed(user.post("/notes", Json.object("title", "A page's note")).expect(201));
    assertAllowed(user.get("/users/me").expect(200));
  }

  @ParameterizedTest
  @CsvSource({
    "400, GET, /notes/%2F, 0",
    "401, GET, /notes, 0",
    "401, GET, /nothing, 0",
    "403, PUT, /files/uploads/x, 0",
    "405, DELETE, /auth/login, 0",
    "413, POST, /notes, 1048577",
    "414, GET, /long, 0",
    "415, POST, /auth/login, 2"
  })
  void problemsOfEachLayerAreReadable(int status, String method, String path, int size) {
    String target = path.equals("/long") ? path + "?" + "x".repeat(8 << 10) : path;

    Answer answer =
        page.send(method, target, BodyPublishers.ofByteArray(new byte[size])).expect(status);

    assertAllowed(answer);
    assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.org",
        "http://notes.example.org",
        "https://notes.example.org.evil.example",
        "null",
        "http://a:b:c"
      })
  void otherOriginsGetNoHeadersAndTheirPreflightsAreRefused(String origin) {
    Client other = annals.anybody().with("Origin", origin);

    preflight(other, "/notes", "POST").isProblem(403, "forbidden");
    Answer answer = other.get("/.well-known/jwks.json").expect(200);
    assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).isEmpty();
    assertThat(String.join(", ", answer.headers().allValues("Vary"))).contains("Origin");
    other.get("/ws").isProblem(403, "forbidden");
  }

  @Test
  void preflightsOfOtherMethodsAreRefused() {
    preflight(page, "/notes", "PATCH").isProblem(403, "forbidden");
  }
}
