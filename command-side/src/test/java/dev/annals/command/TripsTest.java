package dev.annals.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Cache;
import dev.annals.command.CountedDriver.Trip;
import dev.annals.command.identity.People;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.util.ReflectionTestUtils;
import tools.jackson.databind.json.JsonMapper;

/** Counts the round trips to PostgreSQL that changes, processors and an idle process make. */
class TripsTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration IDLE = Duration.ofSeconds(5);

  private static ConfigurableApplicationContext program;
  private static String token = "none";

  @BeforeAll
  static void start() throws Exception {
    program =
        Database.create()
            .start(
                "--spring.datasource.driver-class-name=" + CountedDriver.class.getName(),
                "--annals.schedules.seal=0 0 0 1 1 *",
                "--annals.schedules.daily-summary=0 0 0 1 1 *");
    People.register(program, "anna@example.org");
    token =
        text(
            send(
                "POST",
                "/auth/login",
                """
                {"email": "anna@example.org", "password": "correct horse battery"}
                """),
            "accessToken");
    // The first request reads the keys that verify tokens.
    create();
  }

  @AfterAll
  static void stop() {
    program.close();
  }

  @Test
  void createsANoteWithFourTrips() throws Exception {
    CountedDriver.take();

    create();

    assertThat(tripsOf(TripsTest::isRequest))
        .satisfiesExactly(
            session -> assertThat(session).startsWith("select id from identity.session"),
            key -> assertThat(key).startsWith("BEGIN; select sealed_key"),
            event -> assertThat(event).startsWith("INSERT INTO events.domain_event_entry"),
            commit -> assertThat(commit).isEqualTo("COMMIT"));
  }

  @Test
  void updatesAKeptNoteWithFiveTrips() throws Exception {
    String id = create();
    CountedDriver.take();

    update(id, "Butter");

    assertThat(tripsOf(TripsTest::isRequest))
        .satisfiesExactly(
            session -> assertThat(session).startsWith("select id from identity.session"),
            since -> assertThat(since).startsWith("BEGIN; select event_identifier"),
            key -> assertThat(key).startsWith("select sealed_key"),
            event -> assertThat(event).startsWith("INSERT INTO events.domain_event_entry"),
            commit -> assertThat(commit).isEqualTo("COMMIT"));
  }

  @Test
  void updatesANoteThatIsNotKeptWithSixTrips() throws Exception {
    String id = create();
    Cache<?, ?> kept =
        (Cache<?, ?>) ReflectionTestUtils.getField(program.getBean("cachingNote"), "cache");
    kept.invalidateAll();
    // Its key is read for the first load only.
    update(id, "Bread");
    kept.invalidateAll();
    CountedDriver.take();

    update(id, "Butter");

    assertThat(tripsOf(TripsTest::isRequest))
        .satisfiesExactly(
            session -> assertThat(session).startsWith("select id from identity.session"),
            snapshot -> assertThat(snapshot).contains("FROM events.snapshot_event_entry"),
            events -> assertThat(events).startsWith("select event_identifier"),
            key -> assertThat(key).startsWith("select sealed_key"),
            event -> assertThat(event).startsWith("INSERT INTO events.domain_event_entry"),
            commit -> assertThat(commit).isEqualTo("COMMIT"));
  }

  @Test
  void notifiesOtherProcessesOfACreationWithOneTrip() throws Exception {
    CountedDriver.take();

    create();

    await()
        .untilAsserted(
            () ->
                assertThat(CountedDriver.take())
                    .extracting(Trip::what)
                    .containsOnlyOnce("notify annals_events"));
  }

  @Test
  void readsANewEventWithOneTrip() throws Exception {
    EmbeddedEventStore store = program.getBean(EmbeddedEventStore.class);
    try (BlockingStream<TrackedEventMessage<?>> stream =
        store.openStream(store.createHeadToken())) {
      stream.peek();
      create();
      CountedDriver.take();

      assertThat(stream.peek()).isPresent();
      stream.nextAvailable();
      assertThat(stream.peek()).isEmpty();

      assertThat(tripsOf(TripsTest::isMine)).hasSize(1);
    }
  }

  @Test
  void readsNoNewEventWithOneTrip() {
    EmbeddedEventStore store = program.getBean(EmbeddedEventStore.class);
    try (BlockingStream<TrackedEventMessage<?>> stream =
        store.openStream(store.createHeadToken())) {
      stream.peek();
      CountedDriver.take();

      assertThat(stream.peek()).isEmpty();

      assertThat(tripsOf(TripsTest::isMine)).hasSize(1);
    }
  }

  @Test
  void storesAPositionWithoutHandledEventsWithOneTrip() {
    TokenStore tokens = program.getBean(TokenStore.class);
    CountedDriver.take();

    transactions()
        .executeInTransaction(
            () ->
                tokens.storeToken(
                    program.getBean(EmbeddedEventStore.class).createTailToken(), "overdue", 0));

    assertThat(tripsOf(TripsTest::isMine)).hasSize(1);
  }

  @Test
  void asksAtMostThreeStatementsASecondWhileIdle() {
    CountedDriver.take();

    // The processors store their positions after the last event.
    await()
        .pollInterval(IDLE)
        .atMost(IDLE.multipliedBy(4))
        .untilAsserted(() -> assertThat(tripsOf(thread -> true)).hasSizeLessThanOrEqualTo(5 * 3));
  }

  private static TransactionManager transactions() {
    return program.getBean("axonTransactionManager", TransactionManager.class);
  }

  // Virtual threads of Tomcat have another name.
  private static boolean isRequest(Trip trip) {
    return trip.thread().startsWith("http-nio") || trip.thread().startsWith("tomcat-handler");
  }

  private static boolean isMine(Trip trip) {
    return trip.thread().equals(Thread.currentThread().getName());
  }

  /** Returns trips since the last look, without validations of idle connections. */
  private static List<String> tripsOf(Predicate<Trip> threads) {
    return CountedDriver.take().stream()
        .filter(threads)
        .map(Trip::what)
        .filter(what -> !what.equals("VALIDATE"))
        .toList();
  }

  private static String create() throws IOException, InterruptedException {
    HttpResponse<String> created =
        send(
            "POST",
            "/notes",
            """
            {"title": "Milk"}
            """);
    assertThat(created.statusCode()).isEqualTo(201);
    return text(created, "id");
  }

  private static void update(String id, String title) throws IOException, InterruptedException {
    assertThat(
            send(
                    "PUT",
                    "/notes/" + id,
                    """
                    {"title": "%s", "content": "", "tags": []}
                    """
                        .formatted(title))
                .statusCode())
        .isEqualTo(200);
  }

  private static String text(HttpResponse<String> answer, String property) {
    return JsonMapper.shared().readTree(answer.body()).get(property).asString();
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    String port = program.getEnvironment().getProperty("local.server.port");
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("If-Match", "*")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
