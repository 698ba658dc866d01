package dev.annals.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.annals.base.security.Role;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.servers.StompClient;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The sample as one program, over HTTP and STOMP. Each test has its own reader. */
class LibraryTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String PAST = "2020-01-01T10:00:00Z";
  private static final String FUTURE = "2100-01-01T10:00:00Z";

  private static EmbeddedPostgres postgres;
  private static MongoServer mongo;
  private static ConfigurableApplicationContext program;
  private static int port;

  private final UUID reader = UUID.randomUUID();
  private String token = SampleKey.token(reader, Role.values());

  @BeforeAll
  static void start() throws IOException {
    postgres = EmbeddedPostgres.start();
    mongo = new MongoServer(new MemoryBackend());
    mongo.bind();
    program =
        new SpringApplicationBuilder(Library.class)
            .run(
                "--server.port=0",
                "--management.server.port=-1",
                "--annals.master-key=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "--annals.read-model.guarded=false",
                "--annals.read-model.step=200ms",
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--spring.mongodb.uri=" + mongo.getConnectionString() + "/library",
                // Redis may be away.
                "--spring.data.redis.url=redis://127.0.0.1:1");
    port = program.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  @AfterAll
  static void stop() throws IOException {
    program.close();
    mongo.shutdownNow();
    postgres.close();
  }

  @BeforeEach
  void registerReader() {
    register(reader);
  }

  private static void register(UUID someone) {
    program.getBean(StoredSubjectKeys.class).create(someone);
  }

  @Test
  void knowsAReaderAtOnceWhoWasUnknownBefore() {
    UUID other = UUID.randomUUID();
    token = SampleKey.token(other, Role.USER);
    int before = add("Emma", "Jane Austen", "Idempotency-Key", "\"k1\"").statusCode();
    register(other);

    assertThat(before).isEqualTo(404);
    assertThat(add("Emma", "Jane Austen", "Idempotency-Key", "\"k1\"").statusCode()).isEqualTo(201);
  }

  @Test
  void addsABookOnceForAnIdempotencyKey() {
    HttpResponse<String> added = add("Emma", "Jane Austen", "Idempotency-Key", "\"k1\"");
    HttpResponse<String> repeated = add("Emma", "Jane Austen", "Idempotency-Key", "\"k1\"");
    HttpResponse<String> another = add("Ulysses", "James Joyce", "Idempotency-Key", "\"k1\"");

    assertThat(added.statusCode()).isEqualTo(201);
    assertThat(header(added, "ETag")).isEqualTo("\"0\"");
    assertThat(header(added, "Consistency-Token")).startsWith("book.");
    assertThat(json(added))
        .isEqualTo(
            JSON.readTree(
                """
                {"id":"%s","title":"Emma","author":"Jane Austen","overdue":false,"version":0}
                """
                    .formatted(header(added, "Location").replace("/books/", ""))));
    assertThat(repeated.statusCode()).isEqualTo(201);
    assertThat(header(repeated, "Location")).isEqualTo(header(added, "Location"));
    assertThat(repeated.body()).isEqualTo(added.body());
    assertThat(another.statusCode()).isEqualTo(422);
    assertThat(json(another).at("/type").asString()).isEqualTo("urn:problem:idempotency-key-reuse");
    assertThat(json(get("/books", added)).at("/page/totalElements").asLong()).isEqualTo(1);
  }

  @Test
  void refusesAStaleVersionWith412() {
    String book = header(add("Emma", "Jane Austen"), "Location");

    HttpResponse<String> lent = lend(book, "\"0\"", "Ada Lovelace", FUTURE);
    HttpResponse<String> stale = send("DELETE", book + "/loan", "", "If-Match", "\"0\"");
    HttpResponse<String> unconditional = send("DELETE", book + "/loan", "");
    HttpResponse<String> returned = send("DELETE", book + "/loan", "", "If-Match", "\"1\"");

    assertThat(lent.statusCode()).isEqualTo(200);
    assertThat(header(lent, "ETag")).isEqualTo("\"1\"");
    assertThat(json(lent).at("/borrower").asString()).isEqualTo("Ada Lovelace");
    assertThat(json(lent).at("/dueAt").asString()).isEqualTo(FUTURE);
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(json(stale).at("/currentVersion").asLong()).isEqualTo(1);
    assertThat(unconditional.statusCode()).isEqualTo(428);
    assertThat(returned.statusCode()).isEqualTo(200);
    assertThat(header(returned, "ETag")).isEqualTo("\"2\"");
    assertThat(json(returned).has("borrower")).isFalse();
  }

  @Test
  void refusesOtherCallers() {
    String book = header(add("Emma", "Jane Austen"), "Location");

    token = SampleKey.token(Library.READER, Role.USER);
    assertThat(lend(book, "\"0\"", "Ada Lovelace", FUTURE).statusCode()).isEqualTo(404);
    assertThat(get("/admin/processors").statusCode()).isEqualTo(403);
    token = SampleKey.token(reader);
    assertThat(get("/books").statusCode()).isEqualTo(403);
    token = "none";
    assertThat(get("/books").statusCode()).isEqualTo(401);
  }

  @Test
  void filtersSortsAndSearchesAListThatShowsTheCallersChanges() {
    HttpResponse<String> first = add("Orlando", "Virginia Woolf");
    HttpResponse<String> second = add("Emma", "Jane Austen");
    HttpResponse<String> last = add("The Waves", "Virginia Woolf");
    lend(header(last, "Location"), "\"0\"", "Ada Lovelace", PAST);

    assertThat(titles(get("/books", first, second, last)))
        .containsExactly("Emma", "Orlando", "The Waves");
    assertThat(titles(get("/books?sort=title,desc")))
        .containsExactly("The Waves", "Orlando", "Emma");
    assertThat(titles(get("/books?q=wool&size=1"))).containsExactly("Orlando");
    await()
        .untilAsserted(
            () -> assertThat(titles(get("/books?overdue=true"))).containsExactly("The Waves"));
    assertThat(titles(get("/books?overdue=false"))).containsExactly("Emma", "Orlando");
    assertThat(get("/books?sort=author").statusCode()).isEqualTo(400);
  }

  @Test
  void pushesANotificationOfEachEvent() {
    try (StompClient stomp = StompClient.connected(port, token).subscribed()) {
      String book = header(add("Emma", "Jane Austen"), "Location");
      lend(book, "\"0\"", "Ada Lovelace", FUTURE);

      JsonNode added = JSON.readTree(stomp.message());
      assertThat(added.at("/type").asString()).isEqualTo("BookAdded");
      assertThat(added.at("/resource").toString())
          .isEqualTo(
              """
              {"kind":"book","id":"%s","version":0,"title":"Emma"}"""
                  .formatted(book.replace("/books/", "")));
      JsonNode lent = JSON.readTree(stomp.message());
      assertThat(lent.at("/type").asString()).isEqualTo("BookLent");
      assertThat(lent.at("/resource/title").asString()).isEqualTo("Emma");
      assertThat(lent.at("/sequence").asLong()).isEqualTo(added.at("/sequence").asLong() + 1);
    }
  }

  @Test
  void marksALoanAsOverdueAtItsDeadline() {
    String book = header(add("Emma", "Jane Austen"), "Location");
    lend(book, "\"0\"", "Ada Lovelace", PAST);

    await().until(() -> json(get(book)).at("/overdue").asBoolean());
    assertThat(header(get(book), "ETag")).isEqualTo("\"2\"");
    assertThat(texts(get(book + "/history"), "/content", "type"))
        .containsExactly("LoanOverdue", "BookLent", "BookAdded");
  }

  @Test
  void waitsForTheDeadlineOfALoanUntilTheBookIsReturned() {
    String book = header(add("Emma", "Jane Austen"), "Location");
    lend(book, "\"0\"", "Ada Lovelace", FUTURE);

    await().until(() -> deadlines(book).equals(List.of(FUTURE)));
    send("DELETE", book + "/loan", "", "If-Match", "\"1\"");
    await().until(() -> deadlines(book).isEmpty());
  }

  @Test
  void storesTheBorrowerEncrypted() {
    String book = header(add("Emma", "Jane Austen"), "Location");
    lend(book, "\"0\"", "Ada Lovelace", FUTURE);

    String stored =
        JdbcClient.create(postgres.getPostgresDatabase())
            .sql(
                """
                select convert_from(payload, 'UTF8') from events.domain_event_entry
                where aggregate_identifier = ? and sequence_number = 1
                """)
            .param(book.replace("/books/", ""))
            .query(String.class)
            .single();
    assertThat(stored).contains(FUTURE).doesNotContain("Ada", "Lovelace");
  }

  @Test
  void replaysTheReadModelAndNotTheNotifications() {
    HttpResponse<String> added = add("Emma", "Jane Austen");

    HttpResponse<String> replay = send("POST", "/admin/processors/books/replay", "");
    assertThat(replay.statusCode()).isEqualTo(202);
    await()
        .until(() -> json(get(header(replay, "Location"))).at("/state").asString().equals("DONE"));
    assertThat(titles(get("/books", added))).containsExactly("Emma");
    HttpResponse<String> refused = send("POST", "/admin/processors/notifications/replay", "");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(json(refused).at("/type").asString()).isEqualTo("urn:problem:not-replayable");
    assertThat(send("POST", "/admin/processors/loans/replay", "").statusCode()).isEqualTo(409);
  }

  @Test
  void auditsTheEvents() {
    String book = header(add("Emma", "Jane Austen"), "Location");
    lend(book, "\"0\"", "Ada Lovelace", FUTURE);
    String id = book.replace("/books/", "");
    JsonNode events = json(get("/audit/events?aggregateId=" + id)).at("/events");

    assertThat(events).hasSize(2);
    assertThat(events.at("/0/type").asString()).isEqualTo("BookAdded");
    assertThat(events.at("/1/type").asString()).isEqualTo("BookLent");
    assertThat(events.at("/1/actor").asString()).isEqualTo(reader.toString());
    assertThat(events.at("/1/payload/borrower").asString()).isEqualTo("Ada Lovelace");
    assertThat(json(get("/audit/aggregates/" + id + "?version=0")).at("/state/title").asString())
        .isEqualTo("Emma");
    assertThat(send("POST", "/admin/schedules/seal/run", "").statusCode()).isEqualTo(202);
    long position = events.at("/1/position").asLong();
    await().until(() -> get("/audit/proof/" + position).statusCode() == 200);
    JsonNode verified = json(get("/audit/verify?from=" + position + "&to=" + position));
    assertThat(verified.at("/events").asLong()).isEqualTo(1);
    assertThat(verified.at("/intact").asBoolean()).isTrue();
  }

  @Test
  void describesTheApi() {
    JsonNode api = json(get("/v3/api-docs"));

    assertThat(api.at("/info/title").asString()).isEqualTo("Library");
    assertThat(api.at("/paths/~1books/post/summary").asString()).isEqualTo("Adds a book");
  }

  private HttpResponse<String> add(String title, String author, String... headers) {
    return send(
        "POST",
        "/books",
        """
        {"title":"%s","author":"%s"}
        """
            .formatted(title, author),
        headers);
  }

  private HttpResponse<String> lend(String book, String ifMatch, String borrower, String dueAt) {
    return send(
        "POST",
        book + "/loan",
        """
        {"borrower":"%s","dueAt":"%s"}
        """
            .formatted(borrower, dueAt),
        "If-Match",
        ifMatch);
  }

  /** Reads after a change. */
  @SafeVarargs
  private final HttpResponse<String> get(String path, HttpResponse<String>... changes) {
    return send(
        "GET",
        path,
        "",
        Stream.of(changes)
            .flatMap(change -> Stream.of("Consistency-Token", header(change, "Consistency-Token")))
            .toArray(String[]::new));
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Authorization", "Bearer " + token)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow(() -> new AssertionError(answer.body()));
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JSON.readTree(answer.body());
  }

  private static List<String> titles(HttpResponse<String> list) {
    return texts(list, "/content", "title");
  }

  private static List<String> texts(HttpResponse<String> list, String array, String field) {
    assertThat(list.statusCode()).as("%s", list.body()).isEqualTo(200);
    return json(list).at(array).valueStream().map(item -> item.get(field).asString()).toList();
  }

  private List<String> deadlines(String book) {
    return json(get("/admin/sagas?type=LoanSaga"))
        .at("/content")
        .valueStream()
        .filter(saga -> saga.toString().contains(book.replace("/books/", "")))
        .map(saga -> saga.get("nextDeadline").asString())
        .toList();
  }
}
