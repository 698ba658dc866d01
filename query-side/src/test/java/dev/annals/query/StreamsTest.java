package dev.annals.query;

import static dev.annals.given.NoteBuilder.note;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import dev.annals.base.security.Role;
import dev.annals.http.security.TestTokens;
import dev.annals.projection.model.TestMongo;
import dev.annals.servers.StompClient;
import dev.annals.servers.StreamClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams of notifications over real sockets, in a program with four request threads. */
@SpringBootTest(
    classes = QueryProgram.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=-1",
      "annals.cors.origins=https://notes.example.org",
      "spring.threads.virtual.enabled=false",
      "server.tomcat.threads.max=4",
      "server.tomcat.threads.min-spare=4"
    })
@ExtendWith(OutputCaptureExtension.class)
class StreamsTest {

  private static final String PATH = "/notifications/stream";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static TestMongo mongo;

  private final UUID user = UUID.randomUUID();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @LocalServerPort private int port;
  @Autowired private EventStorageEngine events;
  @Autowired private MeterRegistry metrics;

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    mongo = new TestMongo();
    properties.add("spring.mongodb.uri", TestMongo::uri);
    properties.add("spring.mongodb.database", () -> mongo.name());
    properties.add("annals.read-model.guarded", TestMongo::real);
  }

  @AfterAll
  static void close() {
    mongo.close();
  }

  @AfterEach
  void disconnect() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void sendsTheNotificationThatTheListShows() throws Exception {
    append(1);
    awaitStored(1);
    StreamClient client = stream("");
    append(1);
    StreamClient.Event event = client.next();

    assertThat(event.fields()).containsOnlyKeys("id", "event", "data");
    assertThat(event.name()).isEqualTo("notification");
    assertThat(event.id()).isEqualTo(2);
    JsonNode listed = JSON.readTree(get("/notifications").body()).at("/content/0");
    assertThat(JSON.readTree(event.data())).isEqualTo(listed);
  }

  @Test
  void sendsEveryEventAsAsyncApiDescribesIt() throws Exception {
    AsyncApi described = new AsyncApi(get("/asyncapi").body());
    append(1_001);
    awaitStored(1_001);
    UUID session = UUID.randomUUID();
    StreamClient client = open(token(session, Duration.ofMinutes(5)), "?after=0").begun();
    described.event("StreamedResync", client.next());
    append(1);
    described.event("StreamedNotification", client.next());
    TestTokens.revoke(session);
    described.event("StreamEnd", client.next());
    described.isWhole();
  }

  @Test
  void sendsHeadersThatKeepProxiesAndCachesAway() throws Exception {
    StreamClient client =
        stream("", "Accept-Encoding", "gzip", "Origin", "https://notes.example.org");

    assertThat(client.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(client.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(client.headers().firstValue("X-Accel-Buffering")).hasValue("no");
    assertThat(client.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(client.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue("https://notes.example.org");
    assertThat(client.headers().map()).doesNotContainKeys("etag", "content-encoding", "link");

    HttpResponse<String> head = send(request(PATH).method("HEAD", noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(head.headers().firstValue("Cache-Control")).hasValue("no-store");

    HttpResponse<String> preflight =
        send(
            HttpRequest.newBuilder(uri(PATH))
                .method("OPTIONS", noBody())
                .headers(
                    "Origin", "https://notes.example.org",
                    "Access-Control-Request-Method", "GET",
                    "Access-Control-Request-Headers", "authorization, last-event-id"));
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
        .contains("Authorization", "Last-Event-ID");
  }

  @Test
  void sendsMissedNotificationsWithoutAGapToLaterOnes() {
    append(300);
    awaitStored(300);
    CompletableFuture<Void> writes =
        CompletableFuture.runAsync(() -> IntStream.range(0, 100).forEach(i -> append(1)));
    StreamClient all = stream("?after=0");
    StreamClient some = stream("?after=250");
    StreamClient header = stream("?after=0", "Last-Event-ID", "299");
    writes.join();

    assertThat(all.ids("notification", 400)).isEqualTo(upTo(1, 400));
    assertThat(some.ids("notification", 150)).isEqualTo(upTo(251, 400));
    assertThat(header.ids("notification", 101)).isEqualTo(upTo(300, 400));
  }

  @Test
  void sendsEachNotificationOnceToAClientThatReconnectsDuringAThousandWrites() {
    CompletableFuture<?> writes =
        CompletableFuture.allOf(
            IntStream.range(0, 4)
                .mapToObj(
                    writer ->
                        CompletableFuture.runAsync(
                            () -> IntStream.range(0, 50).forEach(i -> append(5))))
                .toArray(CompletableFuture<?>[]::new));
    List<Long> seen = new ArrayList<>();
    while (seen.size() < 1_000) {
      String last = seen.isEmpty() ? "0" : seen.get(seen.size() - 1).toString();
      try (StreamClient client = stream("", "Last-Event-ID", last)) {
        seen.addAll(client.ids("notification", Math.min(37, 1_000 - seen.size())));
      }
    }
    writes.join();

    assertThat(seen).isEqualTo(upTo(1, 1_000));
  }

  @Test
  void sendsResyncAfterMoreThanAThousandMissedNotificationsAndThenNewOnes() {
    append(1_001);
    awaitStored(1_001);
    StreamClient far = stream("?after=0");
    StreamClient near = stream("?after=1");
    StreamClient.Event resync = far.next();
    assertThat(resync.name()).isEqualTo("resync");
    assertThat(resync.id()).isEqualTo(1_001);
    assertThat(resync.data()).isEqualTo("{\"type\":\"Resync\"}");
    assertThat(near.ids("notification", 1_000)).isEqualTo(upTo(2, 1_001));
    append(1);

    assertThat(far.ids("notification", 1)).containsExactly(1_002L);
    assertThat(near.ids("notification", 1)).containsExactly(1_002L);
  }

  @Test
  void sendsResyncForANotificationThatIsGone() {
    append(3);
    awaitStored(3);
    mongo
        .database()
        .getCollection("notifications")
        .deleteOne(Filters.and(Filters.eq("owner", user.toString()), Filters.eq("sequence", 2L)));
    StreamClient client = stream("?after=2");

    assertThat(client.ids("resync", 1)).containsExactly(3L);
    append(1);
    assertThat(client.ids("notification", 1)).containsExactly(4L);
  }

  @ParameterizedTest
  @CsvSource({
    "after=-1,,validation,?after",
    "after=x,,validation,?after",
    "after=,,validation,?after",
    "after=1.0,,validation,?after",
    "after=99999999999999999999,,validation,?after",
    "after=1&after=1,,validation,?after",
    "after=2,,validation,?after",
    "after=x,1,validation,?after",
    "'',2,bad-request,",
    "after=0,2,bad-request,",
    "'',-1,bad-request,",
    "'',x,bad-request,",
    "'',9999999999999999999,bad-request,"
  })
  void refusesPositionsThatAreMalformedOrBeyondTheNewest(
      String query, String lastEventId, String slug, String pointer) throws Exception {
    append(1);
    awaitStored(1);
    HttpRequest.Builder request = request(PATH + "?" + query);
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<String> refused = send(request);

    assertThat(refused.statusCode()).isEqualTo(400);
    JsonNode problem = JSON.readTree(refused.body());
    assertThat(problem.get("type").asString()).isEqualTo("urn:problem:" + slug);
    assertThat(problem.at("/errors/0/pointer").asString(""))
        .isEqualTo(pointer == null ? "" : pointer);
  }

  @Test
  void refusesCallersWhoMayNotReadIt() throws Exception {
    assertThat(send(request(PATH).setHeader("Accept", "application/json")).statusCode())
        .isEqualTo(406);
    assertThat(send(HttpRequest.newBuilder(uri(PATH))).statusCode()).isEqualTo(401);
    String auditor = "Bearer " + TestTokens.of(user, Role.AUDITOR);
    assertThat(send(request(PATH).setHeader("Authorization", auditor)).statusCode()).isEqualTo(403);
    HttpResponse<String> post = send(request(PATH).POST(noBody()));
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
  }

  @Test
  void endsWithTheSession() {
    UUID session = UUID.randomUUID();
    StreamClient revoked = open(token(session, Duration.ofMinutes(5)), "").begun();
    StreamClient other = stream("");
    append(1);
    assertThat(revoked.ids("notification", 1)).containsExactly(1L);
    TestTokens.revoke(session);

    revoked.ends("revoked");
    append(1);
    assertThat(other.ids("notification", 2)).containsExactly(1L, 2L);
  }

  @Test
  void sendsACommentEachFifteenSecondsAndEndsWithTheToken(CapturedOutput output) {
    Instant began = Instant.now();
    StreamClient client =
        open(token(TestTokens.SESSION, Duration.ofSeconds(17)), "", "X-Request-Id", "long-one")
            .begun();
    client.comment();
    assertThat(Duration.between(began, Instant.now()))
        .isBetween(Duration.ofSeconds(13), Duration.ofSeconds(16));

    client.ends("expired");
    assertThat(Duration.between(began, Instant.now()))
        .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
    await()
        .untilAsserted(
            () ->
                assertThat(output.getOut().lines().filter(line -> line.contains("[long-one]")))
                    .singleElement()
                    .asString()
                    .containsPattern(" GET " + PATH + " 200 1[5-9]\\d{3}ms " + user + "$"));
  }

  @Test
  void refusesTheTwentyFirstConnectionOfAUserOfEitherKind() throws Exception {
    for (int i = 0; i < 10; i++) {
      stream("");
      opened.add(StompClient.connected(port, token()));
    }
    HttpResponse<String> oneMore = send(request(PATH));

    assertThat(oneMore.statusCode()).isEqualTo(429);
    assertThat(oneMore.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(oneMore.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = JSON.readTree(oneMore.body());
    assertThat(problem.get("type").asString())
        .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
    assertThat(problem.at("/violated-policies/0").asString()).isEqualTo("connections");
    try (StompClient refused = StompClient.open(port)) {
      refused.send("CONNECT", "accept-version:1.2", "Authorization:Bearer " + token());
      assertThat(refused.isRefused().headers().get("message")).startsWith("At most 20 of these");
    }
    assertThat(send(request(PATH).method("HEAD", noBody())).statusCode()).isEqualTo(200);

    opened.get(0).close();
    await()
        .atMost(Duration.ofSeconds(3))
        .untilAsserted(() -> assertThat(stream("").status()).isEqualTo(200));
  }

  @Test
  void noticesAtOnceThatAClientHasGone() {
    for (int i = 0; i < 50; i++) {
      try (StreamClient client = stream("")) {
        client.hasNothingMore();
      }
      await().atMost(Duration.ofSeconds(3)).until(() -> streams() == 0);
    }
  }

  @Test
  void holdsNoThreadForAStream() throws Exception {
    int before = ManagementFactory.getThreadMXBean().getThreadCount();
    List<StreamClient> clients = new ArrayList<>();
    List<UUID> users = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      if (i % 20 == 0) {
        users.add(UUID.randomUUID());
      }
      String token = TestTokens.of(users.get(users.size() - 1), Role.USER);
      StreamClient client = StreamClient.open(port, PATH, token);
      opened.add(client);
      clients.add(client.begun());
    }
    // Those of the client, of the push and of Tomcat, which start and end with the load.
    assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(before + 40);
    for (int i = 0; i < 5; i++) {
      assertThat(get("/notifications").statusCode()).isEqualTo(200);
    }
    users.forEach(it -> append(it, 2));

    for (StreamClient client : clients) {
      assertThat(client.ids("notification", 2)).containsExactly(1L, 2L);
    }
  }

  @Test
  void cutsOffAClientThatDoesNotReadWithoutDelayToOthers() throws IOException {
    // More than the buffers of a connection take.
    append(user, 990, "\uD83D\uDE00".repeat(200));
    awaitStored(990);
    await().until(() -> streams() == 0);
    StreamClient other = stream("");
    try (Socket lazy = new Socket()) {
      lazy.setReceiveBufferSize(4096);
      lazy.connect(new InetSocketAddress("localhost", port));
      lazy.getOutputStream()
          .write(
              "GET %s?after=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                  .formatted(PATH, token())
                  .getBytes(US_ASCII));
      await().until(() -> streams() == 2);
      Instant began = Instant.now();
      for (long sequence = 991; streams() == 2; sequence++) {
        Instant before = Instant.now();
        append(1);
        assertThat(other.ids("notification", 1)).containsExactly(sequence);
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(2));
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(15));
      }
      assertThat(Duration.between(began, Instant.now())).isGreaterThan(Duration.ofSeconds(3));
    }
    append(1);
    assertThat(other.next().name()).isEqualTo("notification");
  }

  private double streams() {
    return metrics.get("annals.streams").gauge().value();
  }

  private StreamClient stream(String query, String... headers) {
    return open(token(), query, headers).begun();
  }

  private StreamClient open(String token, String query, String... headers) {
    StreamClient client = StreamClient.open(port, PATH + query, token, headers);
    opened.add(client);
    return client;
  }

  private String token() {
    return TestTokens.of(user, Role.USER);
  }

  private String token(UUID session, Duration lifetime) {
    return TestTokens.of(user, session, Instant.now().plus(lifetime), Role.USER);
  }

  private void append(int count) {
    append(user, count);
  }

  private void append(UUID owner, int count) {
    append(owner, count, "T");
  }

  private void append(UUID owner, int count, String title) {
    UUID note = UUID.randomUUID();
    List<DomainEventMessage<?>> batch = new ArrayList<>();
    batch.addAll(Stream.of(note().titled(title).created(note, owner)).messages());
    for (int version = 1; version < count; version++) {
      batch.add(
          new GenericDomainEventMessage<>(
              "Note", note.toString(), version, note().titled(title).updated(note, owner)));
    }
    events.appendEvents(batch);
  }

  private void awaitStored(long count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                mongo
                        .database()
                        .getCollection("notifications")
                        .countDocuments(Filters.eq("owner", user.toString()))
                    == count);
  }

  private static List<Long> upTo(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HTTP.send(
        request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + token());
  }

  private static HttpRequest.BodyPublisher noBody() {
    return HttpRequest.BodyPublishers.noBody();
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }
}
