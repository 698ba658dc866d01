package dev.annals.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Cache;
import com.sun.management.ThreadMXBean;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.annals.command.CountedDriver.Trip;
import dev.annals.command.identity.People;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.eventstore.processor.CommandProcessors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.util.ReflectionTestUtils;
import tools.jackson.databind.json.JsonMapper;

/** Counts the round trips to PostgreSQL that changes, processors and an idle process make. */
class TripsTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration IDLE = Duration.ofSeconds(5);

  private static ConfigurableApplicationContext program;
  private static UUID anna;
  private static String token = "none";

  @BeforeAll
  static void start() throws Exception {
    program =
        Database.create()
            .start(
                "--spring.datasource.driver-class-name=" + CountedDriver.class.getName(),
                "--annals.schedules.seal=0 0 0 1 1 *",
                "--annals.schedules.daily-summary=0 0 0 1 1 *");
    anna = People.register(program, "anna@example.org");
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
  void createsANoteWithTwoTrips() throws Exception {
    CountedDriver.take();

    create();

    assertThat(tripsOf(TripsTest::isRequest))
        .satisfiesExactly(
            session -> assertThat(session).startsWith("select id from identity.session"),
            TripsTest::appendsAndCommits);
  }

  // The bytes of virtual threads are not counted.
  @Test
  @EnabledForJreRange(max = JRE.JAVA_20)
  void allocatesABoundedNumberOfBytesForACreation() throws Exception {
    for (int i = 0; i < 100; i++) {
      create();
    }
    long before = allocated();
    for (int i = 0; i < 100; i++) {
      CountedDriver.take();
      create();
    }

    assertThat((allocated() - before) / 100).isBetween(20_000L, 130_000L);
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().startsWith("http-nio"))
        .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
        .sum();
  }

  @Test
  void updatesAKeptNoteWithTwoTrips() throws Exception {
    String id = create();
    CountedDriver.take();

    update(id, "Butter");

    assertThat(tripsOf(TripsTest::isRequest))
        .satisfiesExactly(
            session -> assertThat(session).startsWith("select id from identity.session"),
            TripsTest::appendsAndCommits);
  }

  @Test
  void changesNothingOfAKeptNoteWithThreeTrips() throws Exception {
    String id = create();
    update(id, "Butter");
    CountedDriver.take();

    update(id, "Butter");

    assertThat(tripsOf(TripsTest::isRequest))
        .satisfiesExactly(
            session -> assertThat(session).startsWith("select id from identity.session"),
            last -> assertThat(last).startsWith("BEGIN; SELECT max(sequence_number)"),
            commit -> assertThat(commit).isEqualTo("COMMIT"));
  }

  @Test
  void updatesANoteThatIsNotKeptWithThreeTrips() throws Exception {
    String id = create();
    Cache<?, ?> kept =
        (Cache<?, ?>) ReflectionTestUtils.getField(program.getBean("cachingNote"), "cache");
    kept.invalidateAll();
    CountedDriver.take();

    update(id, "Butter");

    assertThat(tripsOf(TripsTest::isRequest))
        .satisfiesExactly(
            session -> assertThat(session).startsWith("select id from identity.session"),
            events -> assertThat(events).startsWith("BEGIN; with snapshot as"),
            append -> assertThat(append).startsWith("insert into events.domain_event_entry"));
  }

  @Test
  void notifiesOtherProcessesOfACreationWithOneTripAndStoresNoPositionAlone() throws Exception {
    CommandProcessors processors = program.getBean(CommandProcessors.class);
    await()
        .pollDelay(Duration.ofMillis(100))
        .until(() -> tripsOf(TripsTest::isOfFollower).isEmpty());

    create();
    long last = program.getBean(StoredEvents.class).lastPosition();
    await()
        .until(
            () ->
                processors.all().stream()
                    .flatMap(processor -> processor.segments().stream())
                    .allMatch(segment -> segment.position() >= last));

    assertThat(tripsOf(TripsTest::isOfFollower)).containsExactly("notify annals_events");
  }

  @Test
  void knowsWithoutATripThatAUserWithACachedKeyIsNotErased() {
    StoredSubjectKeys keys = program.getBean(StoredSubjectKeys.class);
    UUID unknown = new UUID(0, 1);
    keys.find(anna);
    keys.find(unknown);
    CountedDriver.take();

    assertThat(keys.withoutCachedKey(Set.of(anna, unknown))).containsExactly(unknown);
    assertThat(keys.findErased(Set.of())).isEmpty();
    assertThat(tripsOf(TripsTest::isMine)).isEmpty();

    keys.evict(anna);
    assertThat(keys.withoutCachedKey(Set.of(anna, unknown)))
        .containsExactlyInAnyOrder(anna, unknown);
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
  void asksAtMostThreeStatementsASecondWhileIdle() {
    CountedDriver.take();

    // The processors store their positions after the last event.
    await()
        .pollInterval(IDLE)
        .atMost(IDLE.multipliedBy(4))
        .untilAsserted(() -> assertThat(tripsOf(thread -> true)).hasSizeLessThanOrEqualTo(5 * 3));
  }

  @Test
  void reusesAConnectionWithoutACheckWithinFiveSeconds() throws Exception {
    HikariConfig config = new HikariConfig();
    DataSourceUnwrapper.unwrap(program.getBean(DataSource.class), HikariDataSource.class)
        .copyStateTo(config);
    config.setMaximumPoolSize(1);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      pool.getConnection().close();
      CountedDriver.take();
      // Hikari's default is 500 ms.
      await().pollDelay(Duration.ofMillis(700)).until(() -> true);

      pool.getConnection().close();

      assertThat(CountedDriver.take()).noneMatch(TripsTest::isMine);
    }
  }

  private static void appendsAndCommits(String trip) {
    assertThat(trip)
        .startsWith("BEGIN; insert into events.domain_event_entry")
        .contains("for key share")
        .endsWith("; commit");
  }

  /** Returns true for a notification, and for the position of one processor. */
  private static boolean isOfFollower(Trip trip) {
    return !isRequest(trip)
        && !isMine(trip)
        && (trip.what().startsWith("notify")
            || trip.what().startsWith("UPDATE events.token_entry"));
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
