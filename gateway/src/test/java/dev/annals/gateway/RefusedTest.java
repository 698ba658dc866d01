package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of the gateway itself: body limits, CORS, the merged API document and methods. */
@Timeout(60)
class RefusedTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final String NOTES = "https://notes.example.org";

  private static final String DOCUMENT =
      """
      {"openapi": "3.1.0", "servers": [{"url": "http://gateway", "description": "here"}],
       "paths": {"/gone/{id}": {"put": {"operationId": "one"}},
       "/gone/all": {"post": {}}, "/there/{id}": {"put": {}}},
       "components": {"schemas": {"A": {"type": "string"}}}}\
      """;
  private static final String QUERIES =
      """
      {"openapi": "3.1.0", "paths": {"/gone/{id}": {"get": {"operationId": "one"}}, "/b": {},
       "/there/{id}": {"get": {}}},
       "components": {"schemas": {"A": {"type": "string"}, "B": {"type": "number"}}}}\
      """;

  private static final AtomicLong received = new AtomicLong();
  private static final AtomicLong documentRequests = new AtomicLong();
  private static final TestSide side =
      TestSide.answering(
          exchange -> {
            received.set(exchange.getRequestBody().readAllBytes().length);
            String path = exchange.getRequestURI().getPath();
            exchange.getResponseHeaders().set("Vary", "accept-encoding");
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Origin"))
                .ifPresent(origin -> exchange.getResponseHeaders().set("Seen-Origin", origin));
            if (path.equals("/v3/api-docs")) {
              documentRequests.incrementAndGet();
              TestSide.answer(exchange, 200, "side", DOCUMENT);
            } else {
              TestSide.answer(exchange, path.startsWith("/gone") ? 404 : 200, "side", "");
            }
          });
  private static final TestSide query =
      TestSide.answering(
          exchange -> {
            if (exchange.getRequestURI().getPath().equals("/gzip")) {
              // Not compressed, so the test fails if the gateway decodes it.
              exchange.getResponseHeaders().set("Content-Encoding", "gzip");
              String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
              TestSide.answer(exchange, 200, "query", accepted);
            } else {
              TestSide.answer(exchange, 200, "query", QUERIES);
            }
          });
  private static final RunningGateway gateway =
      RunningGateway.before(
          side.port(), query.port(), "--annals.cors.origins=" + NOTES + ",http://localhost:3000");

  @AfterAll
  static void stop() {
    gateway.close();
    side.close();
    query.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answers413ToABodyOfMoreThanOneMebibyte(boolean chunked) {
    assertThat(post("/notes", "application/json", MEBIBYTE, chunked).statusCode()).isEqualTo(200);
    assertThat(received).hasValue(MEBIBYTE);

    var answer = post("/notes", "application/json", MEBIBYTE + 1, chunked);

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo(
            "{\"type\":\"urn:problem:content-too-large\",\"title\":\"The request's body is too"
                + " large\",\"status\":413,\"detail\":\"A body may have at most 1048576 bytes.\","
                + "\"instance\":\"/notes\"}");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answers413ToAnUploadOfMoreThan26Mebibytes(boolean chunked) {
    String type = "multipart/form-data; boundary=b";
    assertThat(post("/tasks/1/attachments", type, 26 * MEBIBYTE, chunked).statusCode())
        .isEqualTo(200);
    assertThat(received).hasValue(26 * MEBIBYTE);

    assertThat(post("/tasks/1/attachments", type, 26 * MEBIBYTE + 1, chunked).statusCode())
        .isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answers413ToALargeBodyWithoutAToken(boolean chunked) {
    assertThat(
            gateway
                .send(gateway.anonymous("POST", "/notes").POST(body(MEBIBYTE + 1, chunked)))
                .statusCode())
        .isEqualTo(413);
  }

  private static HttpResponse<byte[]> post(String path, String type, int size, boolean chunked) {
    return gateway.send(
        gateway.request("POST", path).header("Content-Type", type).POST(body(size, chunked)));
  }

  private static BodyPublisher body(int size, boolean chunked) {
    byte[] bytes = new byte[size];
    return chunked
        ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
        : BodyPublishers.ofByteArray(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE"})
  void answersPreflightsOfConfiguredOriginsWithoutAToken(String method) {
    var preflight = preflight(NOTES, method);

    assertThat(preflight.statusCode()).isEqualTo(200);
    assertThat(preflight.body()).isEmpty();
    assertThat(preflight.headers().allValues("Access-Control-Allow-Origin")).containsExactly(NOTES);
    assertThat(preflight.headers().allValues("Access-Control-Allow-Methods"))
        .containsExactly("GET, HEAD, POST, PUT, DELETE");
    assertThat(preflight.headers().allValues("Access-Control-Allow-Headers"))
        .containsExactly(
            "Authorization, Content-Type, If-Match, If-None-Match, Range, Idempotency-Key,"
                + " Consistency-Token, Last-Event-ID, X-Request-Id");
    assertThat(preflight.headers().allValues("Vary")).containsExactly("Origin");
  }

  private static HttpResponse<byte[]> preflight(String origin, String method) {
    return gateway.send(
        gateway
            .anonymous("OPTIONS", "/notes/1")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", method)
            .header("Access-Control-Request-Headers", "authorization,if-match,content-type"));
  }

  @Test
  void addsCorsHeadersToTheAnswersOfSidesThatSeeNoOrigin() {
    var answered = gateway.send(gateway.request("PUT", "/there/1").header("Origin", NOTES));

    assertThat(answered.statusCode()).isEqualTo(200);
    assertThat(answered.headers().allValues("Seen-Origin")).isEmpty();
    assertThat(answered.headers().allValues("Vary"))
        .containsExactlyInAnyOrder("accept-encoding", "Origin");
    assertAllowed(answered);
  }

  @ParameterizedTest
  @CsvSource({
    "400, GET, /notes/%2F, true, 0",
    "401, GET, /notes, false, 0",
    "404, PUT, /gone, true, 0",
    "405, DELETE, /gone/all, true, 0",
    "413, POST, /notes, true, 1048577",
    "414, GET, /long, true, 0"
  })
  void addsCorsHeadersToProblemsOfEachLayer(
      int status, String method, String path, boolean token, int size) {
    String target = path.equals("/long") ? path + "?" + "x".repeat(8 << 10) : path;
    var request = token ? gateway.request(method, target) : gateway.anonymous(method, target);

    var answer =
        gateway.send(
            request
                .method(method, BodyPublishers.ofByteArray(new byte[size]))
                .header("Origin", NOTES));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertAllowed(answer);
    assertThat(answer.headers().allValues("Vary")).contains("Origin");
  }

  private static void assertAllowed(HttpResponse<byte[]> answer) {
    assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).containsExactly(NOTES);
    assertThat(answer.headers().allValues("Access-Control-Expose-Headers"))
        .containsExactly(
            "Accept-Ranges, Allow, Cache-Status, Consistency-Token, Content-Disposition,"
                + " Content-Range, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After,"
                + " WWW-Authenticate, X-Request-Id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://notes.example.org.evil.example",
        "http://notes.example.org",
        "null",
        "http://a:b:c"
      })
  void sendsNoCorsHeadersToOtherOriginsAndAnswers403ToTheirPreflights(String origin) {
    var preflight = preflight(origin, "PUT");

    assertThat(preflight.statusCode()).isEqualTo(403);
    assertThat(preflight.headers().allValues("Content-Type"))
        .containsExactly("application/problem+json");
    var answered = gateway.send(gateway.request("GET", "/notes").header("Origin", origin));
    assertThat(answered.statusCode()).isEqualTo(200);
    assertThat(answered.headers().allValues("Access-Control-Allow-Origin")).isEmpty();
    assertThat(answered.headers().allValues("Vary")).contains("Origin");
  }

  @Test
  void addsNoCorsHeadersOnTheManagementPort() {
    var answer =
        gateway.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://localhost:%s/actuator/health"
                            .formatted(
                                gateway
                                    .context()
                                    .getEnvironment()
                                    .getProperty("local.management.port"))))
                .header("Origin", NOTES));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void mergesTheApiDocumentsOfBothSides() {
    var answer = gateway.send(gateway.anonymous("GET", "/v3/api-docs"));

    assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/json");
    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo(
            "{\"openapi\":\"3.1.0\",\"servers\":[{\"url\":\"http://localhost:"
                + gateway.port()
                + "\",\"description\":\"here\"}],\"paths\":{\"/gone/{id}\":{\"put\":{\"operationId\":\"one\"},"
                + "\"get\":{\"operationId\":\"one_1\"}},\"/gone/all\":{\"post\":{}},"
                + "\"/there/{id}\":{\"put\":{},\"get\":{}},\"/b\":{}},\"components\":{\"schemas\":"
                + "{\"A\":{\"type\":\"string\"},\"B\":{\"type\":\"number\"}}}}");
    assertThat(
            gateway
                .send(gateway.anonymous("HEAD", "/v3/api-docs"))
                .headers()
                .allValues("Content-Length"))
        .isEqualTo(answer.headers().allValues("Content-Length"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"gzip |", "deflate, GZIP; q=0.5 |", "br | x", "* | x", "gzip;q=0.00, br | x"})
  void compressesTheApiDocumentIfTheClientAcceptsGzip(String accepted, String plain)
      throws IOException {
    byte[] document = gateway.send(gateway.anonymous("GET", "/v3/api-docs")).body();
    var answer =
        gateway.send(gateway.anonymous("GET", "/v3/api-docs").header("Accept-Encoding", accepted));

    assertThat(answer.headers().allValues("Vary")).contains("Accept-Encoding");
    if (plain != null) {
      assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
      assertThat(answer.body()).isEqualTo(document);
    } else {
      assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
      assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())))
          .hasBinaryContent(document);
    }
  }

  @Test
  void passesACompressedAnswerThrough() {
    var answer = gateway.send(gateway.request("GET", "/gzip").header("Accept-Encoding", "gzip, x"));

    assertThat(answer.headers().allValues("Content-Encoding")).containsExactly("gzip");
    assertThat(answer.headers().allValues("Content-Length")).containsExactly("7");
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("gzip, x");
  }

  @Test
  void cachesTheApiDocument() {
    gateway.send(gateway.anonymous("GET", "/v3/api-docs"));
    long before = documentRequests.get();

    gateway.send(gateway.anonymous("GET", "/v3/api-docs"));
    gateway.send(gateway.anonymous("GET", "/v3/api-docs.yaml"));
    gateway.send(gateway.request("OPTIONS", "/gone/1"));

    assertThat(documentRequests).hasValue(before);
  }

  @Test
  void servesTheApiDocumentAsYaml() {
    var answer = gateway.send(gateway.anonymous("GET", "/v3/api-docs.yaml"));

    assertThat(answer.headers().allValues("Content-Type"))
        .containsExactly("application/vnd.oai.openapi");
    assertThat(answer.body())
        .isEqualTo(gateway.send(gateway.anonymous("GET", "/v3/api-docs")).body());
  }

  @ParameterizedTest
  @CsvSource({
    "/gone/1, 'GET HEAD OPTIONS PUT'",
    "/gone/all, 'OPTIONS POST'",
    "/there/1, 'GET HEAD OPTIONS PUT'"
  })
  void answersOptionsWithTheMethodsOfBothSides(String path, String allowed) {
    var answer = gateway.send(gateway.request("OPTIONS", path));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(
            answer.headers().allValues("Allow").stream().flatMap(it -> Stream.of(it.split(", *"))))
        .containsExactlyInAnyOrder(allowed.split(" "));
  }

  @Test
  void answersOptionsOfAnUnknownPathWith404() {
    assertThat(gateway.send(gateway.request("OPTIONS", "/gone")).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /gone/1, 'GET HEAD OPTIONS PUT'",
    "DELETE, /gone/all, 'OPTIONS POST'",
    "PUT, /gone/1, ''",
    "PUT, /gone/all, 'OPTIONS POST'",
    "PUT, /gone, ''"
  })
  void answers405WithTheMethodsOfBothSides(String method, String path, String allowed) {
    var answer = gateway.send(gateway.request(method, path));

    assertThat(answer.statusCode()).isEqualTo(allowed.isEmpty() ? 404 : 405);
    assertThat(
            answer.headers().firstValue("Allow").stream().flatMap(it -> Stream.of(it.split(", *"))))
        .containsExactlyInAnyOrder(allowed.isEmpty() ? new String[0] : allowed.split(" "));
  }
}
