package dev.annals.http.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.http.sample.HttpTest;
import dev.annals.http.sample.Tokens;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ProblemTest extends HttpTest {

  private static final String KNOWN = "/samples/11111111-1111-4111-8111-111111111111";
  private static final String UNKNOWN = "/samples/22222222-2222-4222-8222-222222222222";
  private static final String UPDATE =
      "{\"title\":\"a\",\"content\":\"\",\"dueAt\":null,\"done\":true,\"rank\":1,\"tags\":[]}";

  @Test
  void answers404ForAnUnknownPath() throws Exception {
    problem(http.get("/nothing"), 404, "not-found");
    problem(http.get("/error"), 404, "not-found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1-1-1-1-1", "11111111-1111-4111-8111-11111111111g"})
  void answers404ForAPathIdThatIsNotAUuid(String id) throws Exception {
    problem(http.get("/samples/" + id), 404, "not-found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATCH", "FOO"})
  void answers405WithTheAllowedMethods(String method) throws Exception {
    var response = http.send(http.as("USER", KNOWN).method(method, BodyPublishers.noBody()));
    problem(response, 405, "method-not-allowed");
    assertThat(response.headers().firstValue("Allow").orElseThrow().split(", "))
        .contains("GET", "PUT", "DELETE");
  }

  @Test
  void writesProblemsAsJsonWhateverTheClientAccepts() throws Exception {
    problem(http.send(http.as("USER", KNOWN).header("Accept", "text/html")), 406, "not-acceptable");
    problem(http.send(http.as("USER", "/nothing").header("Accept", "image/png")), 404, "not-found");
    problem(http.send(http.to("/nothing").header("Accept", "image/png")), 401, "unauthorized");
    problem(http.send(http.as("USER", KNOWN).header("Accept", "nonsense")), 406, "not-acceptable");
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    var response = http.send(http.as("USER", "/nothing").method("HEAD", BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "no-database,503,unavailable",
    "timeout,503,unavailable",
    "deadlock,503,unavailable",
    "lock-timeout,503,unavailable",
    "idle-timeout,503,unavailable",
    "too-many-streams,503,unavailable",
    "refusal,409,not-deleted",
    "otherwise,500,internal-error"
  })
  void mapsExceptionsToProblemsWithoutTheirMessages(String how, int status, String slug)
      throws Exception {
    var response = http.get("/fails/" + how);
    problem(response, status, slug);
    assertThat(response.body()).doesNotContain("secret");
    assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
  }

  @Test
  void logsAnUnmappedExceptionOnceWithItsStackTrace(CapturedOutput output) throws Exception {
    http.get("/fails/otherwise");
    assertThat(output.getAll().split("IllegalStateException: secret", -1)).hasSize(2);
    assertThat(output.getAll()).contains("at dev.annals.http.sample.SampleController.fail");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /samples/%2e%2e/x HTTP/1.1\r\nHost: x\r\n",
        "GET /a//b HTTP/1.1\r\nHost: x\r\n",
        "GET /a;b=c HTTP/1.1\r\nHost: x\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n",
        "GET /%ff HTTP/1.1\r\nHost: x\r\n",
        "GET /a%00b HTTP/1.1\r\nHost: x\r\n",
        "GET /a%2fb HTTP/1.1\r\nHost: x\r\n",
        "GET /<script> HTTP/1.1\r\nHost: x\r\n",
        "GET /\\ HTTP/1.1\r\nHost: x\r\n",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n",
        "G@T / HTTP/1.1\r\nHost: x\r\n"
      })
  void writesProblemsForRequestsThatTomcatRejects(String head) throws Exception {
    String answer = http.raw(head + "Connection: close\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 400")
        .containsIgnoringCase("content-type: application/problem+json")
        .containsIgnoringCase("x-request-id: ")
        .contains("\"type\":\"urn:problem:bad-request\"")
        .doesNotContain("Tomcat", "<html");
  }

  @Test
  void reportsTheFirstOfSeveralErrors() throws Exception {
    String huge = "x".repeat(1_048_577);
    problem(
        http.send(json(http.to(KNOWN)).PUT(BodyPublishers.ofString(huge))),
        413,
        "content-too-large");
    problem(
        http.send(
            http.to(KNOWN).header("Content-Type", "text/plain").PUT(BodyPublishers.ofString("x"))),
        401,
        "unauthorized");
    problem(
        http.send(
            http.as("ADMIN", KNOWN)
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString("x"))),
        403,
        "forbidden");
    problem(
        http.send(
            http.as("USER", UNKNOWN)
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString("x"))),
        415,
        "unsupported-media-type");
    problem(http.put("/samples/x", "{}"), 400, "validation");
    problem(
        http.send(
            json(http.as("USER", "/samples/x"))
                .header("If-Match", "3")
                .PUT(BodyPublishers.ofString(UPDATE))),
        400,
        "bad-request");
    problem(http.put("/samples/x", UPDATE), 404, "not-found");
    problem(http.put(UNKNOWN, UPDATE), 404, "not-found");
    problem(http.put(KNOWN, UPDATE), 428, "precondition-required");
    var stale =
        http.send(
            json(http.as("USER", KNOWN))
                .header("If-Match", "\"2\"")
                .PUT(BodyPublishers.ofString(UPDATE)));
    problem(stale, 412, "stale-version");
    assertThat(stale.body()).contains("\"currentVersion\":3");
    assertThat(
            http.send(
                    json(http.as("USER", KNOWN))
                        .header("If-Match", "\"3\"")
                        .PUT(BodyPublishers.ofString(UPDATE)))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void answers304ForAnUnchangedResource() throws Exception {
    var response = http.get(KNOWN);
    assertThat(response.headers().firstValue("ETag")).contains("\"3\"");
    var again = http.send(http.as("USER", KNOWN).header("If-None-Match", "\"3\""));
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(http.send(http.as("USER", KNOWN).header("If-None-Match", "\"2\"")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesABodyAboveOneMebibyteWith413() throws Exception {
    String fits = "{\"title\":\"a\",\"content\":\"";
    String body = fits + "x".repeat(1_048_576 - fits.length() - 2) + "\"}";
    problem(http.post("/samples", body), 400, "validation");
    problem(http.post("/samples", body + " "), 413, "content-too-large");
  }

  @Test
  void refusesAChunkedBodyAboveOneMebibyteWith413() throws Exception {
    String head =
        "POST /samples HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\nAuthorization: Bearer "
            + Tokens.of("USER")
            + "\r\n\r\n";
    String small = "{\"title\":\"a\"}";
    assertThat(http.raw(head, Integer.toHexString(small.length()), "\r\n", small, "\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
    String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
    assertThat(http.raw(head, chunk.repeat(16), "1\r\n \r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("urn:problem:content-too-large");
    assertThat(http.raw(head, chunk.repeat(160), "0\r\n\r\n")).startsWith("HTTP/1.1 413");
  }

  @Test
  void acceptsAnUploadAboveOneMebibyte() throws Exception {
    var response =
        http.send(
            http.to("/tasks/1/attachments")
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString("x".repeat(2_000_000))));
    assertThat(response.statusCode()).isNotEqualTo(413);
  }

  @Test
  void echoesTheRequestIdAndLogsOneLineWithoutTheQuery(CapturedOutput output) throws Exception {
    var response =
        http.send(http.to("/nothing?token=secret").header("X-Request-Id", "Trace.1_a-b"));
    assertThat(response.headers().firstValue("X-Request-Id")).contains("Trace.1_a-b");
    // The line is written after the response has been sent.
    await()
        .untilAsserted(
            () ->
                assertThat(output.getAll())
                    .containsPattern("\\[Trace.1_a-b\\] GET /nothing 401 \\d+ms -")
                    .doesNotContain("token=secret"));
    var replaced = http.send(http.as("USER", "/whoami").header("X-Request-Id", "a b"));
    assertThat(replaced.headers().firstValue("X-Request-Id").orElseThrow()).hasSize(36);
    await()
        .untilAsserted(
            () ->
                assertThat(output.getAll())
                    .containsPattern("GET /whoami 200 \\d+ms " + Tokens.USER_ID));
  }

  private static HttpRequest.Builder json(HttpRequest.Builder request) {
    return request.header("Content-Type", "application/json");
  }

  private static void problem(HttpResponse<String> response, int status, String slug) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(response.body())
        .startsWith("{\"type\":\"urn:problem:" + slug + "\",\"title\":\"")
        .contains("\"status\":" + status, "\"detail\":\"", "\"instance\":\"/");
  }
}
