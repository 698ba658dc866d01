package dev.annals.query;

import static dev.annals.given.NoteBuilder.note;
import static dev.annals.given.TaskBuilder.task;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.base.security.Role;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskPriority;
import dev.annals.http.security.TestTokens;
import dev.annals.projection.model.TestMongo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The queries over HTTP, from stored events. */
@SpringBootTest(
    classes = QueryProgram.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "management.server.port=-1")
class HttpTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);
  private static final UUID CAT = new UUID(1, 3);
  private static final UUID LARGE_NOTE = new UUID(9, 3);
  private static final UUID NOTE = new UUID(0xabcd, 1);
  private static final UUID TRASHED_NOTE = new UUID(9, 2);
  private static final UUID TASK = new UUID(10, 1);
  private static final UUID DONE_TASK = new UUID(10, 2);
  private static final UUID TRASHED_TASK = new UUID(10, 3);

  private static TestMongo mongo;

  @LocalServerPort private int port;

  @Autowired
  @Qualifier("applicationTaskExecutor")
  private ThreadPoolTaskExecutor streams;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void store(@Autowired EventStorageEngine events) {
    events.appendEvents(
        Stream.of(
                note().titled("Plan").created(NOTE, ANN),
                note().titled("Plan B").content("with <html>").tagged("b", "a").updated(NOTE, ANN))
            .messages());
    events.appendEvents(
        Stream.of(
                note().titled("Gone").created(TRASHED_NOTE, ANN),
                new NoteDeleted(TRASHED_NOTE, ANN))
            .messages());
    Instant due = Instant.parse("2026-11-22T05:50:00.123Z");
    events.appendEvents(
        Stream.of(
                task()
                    .titled("Open")
                    .described("d")
                    .priority(TaskPriority.URGENT)
                    .tagged("t")
                    .created(TASK, ANN))
            .messages());
    events.appendEvents(
        Stream.of(
                task().titled("Done").priority(TaskPriority.LOW).due(due).created(DONE_TASK, ANN),
                new TaskCompleted(DONE_TASK, ANN))
            .messages());
    events.appendEvents(
        Stream.of(
                task().titled("Gone").priority(TaskPriority.LOW).created(TRASHED_TASK, ANN),
                new TaskDeleted(TRASHED_TASK, ANN))
            .messages());
    NoteEvent[] versions = new NoteEvent[100];
    versions[0] = note().titled("Versions").content(text(0)).created(LARGE_NOTE, CAT);
    for (int i = 1; i < versions.length; i++) {
      versions[i] = note().titled("Versions").content(text(i)).updated(LARGE_NOTE, CAT);
    }
    events.appendEvents(Stream.of(versions).messages());
    for (int i = 10; i <= 42; i++) {
      events.appendEvents(
          Stream.of(
                  note()
                      .titled("Large " + i)
                      .content("y".repeat(50_000))
                      .created(new UUID(11, i), CAT))
              .messages());
    }
    await()
        .until(
            () ->
                mongo.database().getCollection("notes").countDocuments() == 36
                    && mongo.database().getCollection("tasks").countDocuments() == 3);
  }

  @AfterAll
  static void close() {
    mongo.close();
  }

  @Test
  void answersANoteWithItsVersionAsETag() {
    HttpResponse<String> answer = get(ANN, "/notes/" + NOTE);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(json(answer))
        .isEqualTo(
            json(
                """
                {"id":"00000000-0000-abcd-0000-000000000001","title":"Plan B",
                 "content":"with <html>","tags":["b","a"],"version":1,
                 "createdAt":"2026-03-01T10:00:00.123Z","updatedAt":"2026-03-01T10:00:01.123Z"}
                """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/reset-password", "/verify-email"})
  void servesLinkPagesToAnonymousClientsWithoutLeaks(String path) throws Exception {
    HttpResponse<String> answer = send(null, path + "?token=hush", "GET");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().map())
        .containsEntry("content-type", List.of("text/html;charset=UTF-8"))
        .containsEntry("cache-control", List.of("no-cache"))
        .containsEntry("referrer-policy", List.of("no-referrer"))
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry(
            "content-security-policy",
            List.of(
                "default-src 'none'; connect-src 'self'; img-src data:; script-src 'sha256-"
                    + hash(between("<script>", "</script>", answer.body()))
                    + "'; style-src 'sha256-"
                    + hash(between("<style>", "</style>", answer.body()))
                    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
    assertThat(answer.body())
        .contains("history.replaceState", "data-call=\"auth" + path + "\"")
        .doesNotContain("hush", "http:", "https:", "src=", "style=", "onclick");
    assertThat(send(null, path, "HEAD").headers().firstValue("Content-Security-Policy"))
        .isPresent();
    for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
      HttpResponse<String> refused = send(null, path, method);
      assertThat(refused.statusCode()).as(method).isEqualTo(405);
      assertThat(refused.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
    }
    assertThat(send(null, path + "/", "GET").statusCode()).isEqualTo(401);
  }

  private static String between(String start, String end, String page) {
    int from = page.indexOf(start) + start.length();
    return page.substring(from, page.indexOf(end, from));
  }

  private static String hash(String text) throws Exception {
    return Base64.getEncoder()
        .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  @Test
  void answersATaskWithItsNullFields() {
    HttpResponse<String> answer = get(ANN, "/tasks/" + TASK);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).contains("\"0\"");
    assertThat(json(answer))
        .isEqualTo(
            json(
                """
                {"id":"00000000-0000-000a-0000-000000000001","title":"Open","description":"d",
                 "status":"OPEN","priority":"URGENT","dueAt":null,"estimate":null,"overdue":false,
                 "tags":["t"],
                 "attachments":[],"version":0,"createdAt":"2026-03-01T10:00:00.123Z",
                 "updatedAt":"2026-03-01T10:00:00.123Z","completedAt":null}
                """));
    assertThat(json(get(ANN, "/tasks/" + DONE_TASK)).get("dueAt").asString())
        .isEqualTo("2026-11-22T05:50:00.123Z");
    assertThat(json(get(ANN, "/tasks/" + DONE_TASK)).get("completedAt").asString())
        .isEqualTo("2026-03-01T10:00:01.123Z");
  }

  @Test
  void answersListsAsPagesWithLinks() {
    HttpResponse<String> answer = get(ANN, "/tasks?size=1&sort=title,asc&page=0");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).get("content").get(0).get("title").asString()).isEqualTo("Done");
    assertThat(json(answer).get("page"))
        .isEqualTo(json("{\"size\":1,\"number\":0,\"totalElements\":2,\"totalPages\":2}"));
    assertThat(answer.headers().firstValue("Link").orElseThrow())
        .contains("rel=\"next\"")
        .contains("sort=title");
    assertThat(answer.headers().firstValue("ETag")).isEmpty();
  }

  @Test
  void showsSinceWhenAResourceIsInTheTrash() {
    assertThat(json(get(ANN, "/notes?deleted=true")).get("content").get(0).get("deletedAt"))
        .isEqualTo(json("\"2026-03-01T10:00:01.123Z\""));
    assertThat(json(get(ANN, "/tasks?deleted=true")).get("content").get(0).get("deletedAt"))
        .isEqualTo(json("\"2026-03-01T10:00:01.123Z\""));
    assertThat(json(get(ANN, "/notes")).get("content").get(0).has("deletedAt")).isFalse();
  }

  @Test
  void answersWithoutBodyWhenTheClientHasTheVersion() {
    HttpResponse<String> same = get(ANN, "/notes/" + NOTE, "If-None-Match", "\"1\"");
    HttpResponse<String> older = get(ANN, "/notes/" + NOTE, "If-None-Match", "\"0\"");

    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(same.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(older.statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/notes", "/tasks"})
  void answersHeadLikeGet(String path) {
    HttpResponse<String> answer = send(ANN, path, "HEAD");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Link")).isPresent();
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void answers404ForResourcesOfOthers() {
    List.of(
            get(BEN, "/notes/" + NOTE),
            get(BEN, "/tasks/" + TASK),
            get(ANN, "/notes/" + TRASHED_NOTE),
            get(ANN, "/tasks/" + TRASHED_TASK),
            get(ANN, "/notes/" + TASK),
            get(ANN, "/tasks/" + new UUID(0, 0)),
            get(ANN, "/notes/no-id"),
            get(ANN, "/notes/1-1-1-1-1"))
        .forEach(
            answer -> {
              assertThat(answer.statusCode()).as(answer.uri().toString()).isEqualTo(404);
              assertThat(json(answer).get("type").asString()).isEqualTo("urn:problem:not-found");
            });
    assertThat(json(get(BEN, "/notes")).get("content")).isEmpty();
  }

  @Test
  void answersALargeHistoryCompletely() {
    HttpResponse<String> answer = get(CAT, "/notes/" + LARGE_NOTE + "/history?size=100");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Link").orElseThrow()).contains("rel=\"last\"");
    JsonNode entries = json(answer).get("content");
    assertThat(entries.valueStream().map(it -> it.get("version").asLong()))
        .containsExactlyElementsOf(
            LongStream.rangeClosed(0, 99).boxed().sorted(Comparator.reverseOrder()).toList());
    for (int version = 1; version < 100; version++) {
      JsonNode change = entries.get(99 - version).at("/changes/0");
      assertThat(change.get("field").asString()).isEqualTo("content");
      assertThat(change.get("from").asString()).isEqualTo(text(version - 1));
      assertThat(change.get("to").asString()).isEqualTo(text(version));
    }
    assertThat(json(get(CAT, "/notes/" + LARGE_NOTE + "/history?size=33&page=3")).get("content"))
        .hasSize(1);
  }

  @Test
  void answersAPageOfLargeNotesCompletelyWithoutCachingIt() {
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> answer = get(CAT, "/notes?size=50&sort=title,desc&q=large");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Cache-Status")).contains("annals; fwd=miss");
      assertThat(answer.headers().firstValue("Link")).isPresent();
      assertThat(json(answer).at("/page/totalElements").asInt()).isEqualTo(33);
      assertThat(json(answer).get("content").valueStream().map(it -> it.get("title").asString()))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(10, 42).mapToObj(it -> "Large " + (52 - it)).toList());
      assertThat(json(answer).get("content").valueStream().map(it -> it.get("content").asString()))
          .allMatch(content -> content.length() == 50_000);
    }
  }

  @Test
  void answers429ToAUserWithTooManyLargeReadsAndServesOthers() throws Exception {
    String path = "/notes/" + LARGE_NOTE + "/history?size=100";
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        slow.add(begin(CAT, path));
      }

      HttpResponse<String> refused = get(CAT, path);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      assertThat(json(refused).get("type").asString()).isEqualTo("urn:problem:too-many-requests");
      for (String small : List.of("/notes/" + LARGE_NOTE + "?version=1", "/notes?page=1&size=1")) {
        assertThat(get(CAT, small).statusCode()).as(small).isEqualTo(200);
      }
      assertThat(get(ANN, "/notes/" + NOTE + "/history").statusCode()).isEqualTo(200);
      assertThat(get(CAT, "/notes/" + LARGE_NOTE).statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    await().until(() -> get(CAT, path).statusCode() == 200);
  }

  /** Sends a request, and reads only the beginning of the response. */
  private Socket begin(UUID user, String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress("localhost", port));
    socket
        .getOutputStream()
        .write(
            "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                .formatted(path, token(user))
                .getBytes(UTF_8));
    assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8)).isEqualTo("HTTP/1.1 200");
    return socket;
  }

  private static String text(int version) {
    return version + "x".repeat(100_000 - Integer.toString(version).length());
  }

  @Test
  void namesAllInvalidParameters() {
    HttpResponse<String> answer = get(ANN, "/tasks?status=open&size=0&tag=%20&dueBefore=x&other=");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("errors").valueStream().map(it -> it.get("pointer").asString()))
        .containsExactlyInAnyOrder("?status", "?size", "?tag", "?dueBefore");
  }

  @Test
  void runs64StreamsAtATimeAndQueuesNone() {
    assertThat(streams.getMaxPoolSize()).isEqualTo(64);
    assertThat(streams.getQueueCapacity()).isZero();
  }

  @Test
  void refusesCallersWithoutTheRoleUser() {
    assertThat(send(null, "/notes", "GET").statusCode()).isEqualTo(401);
    assertThat(send(null, "/tasks/" + TASK, "GET").statusCode()).isEqualTo(401);
    String auditor = TestTokens.of(ANN, Role.AUDITOR);
    assertThat(send(request("/tasks").header("Authorization", "Bearer " + auditor)).statusCode())
        .isEqualTo(403);
  }

  @Test
  void describesTheParametersInTheApiDocument() {
    JsonNode paths = json(send(null, "/v3/api-docs", "GET")).get("paths");

    assertThat(parameters(paths.get("/notes")))
        .containsExactlyInAnyOrder(
            "page", "size", "sort", "tag", "q", "deleted", "Consistency-Token");
    assertThat(parameters(paths.get("/tasks")))
        .containsExactlyInAnyOrder(
            "page",
            "size",
            "sort",
            "tag",
            "q",
            "deleted",
            "status",
            "priority",
            "overdue",
            "dueBefore",
            "dueAfter",
            "Consistency-Token");
    assertThat(parameters(paths.get("/tasks/{id}")))
        .containsExactlyInAnyOrder("id", "version", "asOf", "Consistency-Token", "If-None-Match");
    assertThat(parameters(paths.get("/tasks/{id}/history")))
        .containsExactlyInAnyOrder("id", "page", "size", "Consistency-Token");
    assertThat(parameters(paths.get("/notifications")))
        .containsExactlyInAnyOrder("page", "size", "unread", "after", "Consistency-Token");
    assertThat(parameters(paths.get("/changes"))).containsExactly("since", "limit");
  }

  private static List<String> parameters(JsonNode path) {
    return path.get("get")
        .get("parameters")
        .valueStream()
        .map(parameter -> parameter.get("name").asString())
        .toList();
  }

  private HttpResponse<String> get(UUID user, String path, String... headers) {
    HttpRequest.Builder request = request(path).header("Authorization", "Bearer " + token(user));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private HttpResponse<String> send(UUID user, String path, String method) {
    HttpRequest.Builder request = request(path).method(method, HttpRequest.BodyPublishers.noBody());
    return send(user == null ? request : request.header("Authorization", "Bearer " + token(user)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String token(UUID user) {
    return TestTokens.of(user, Role.USER);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return json(answer.body());
  }

  private static JsonNode json(String text) {
    return JsonMapper.builder().build().readTree(text);
  }

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    mongo = new TestMongo();
    properties.add("spring.mongodb.uri", TestMongo::uri);
    properties.add("spring.mongodb.database", () -> mongo.name());
    properties.add("annals.read-model.guarded", TestMongo::real);
  }
}
