package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.annals.servers.PostgresServer;
import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.Postbox;
import dev.annals.standalone.SplitDeployment;
import dev.annals.standalone.SplitDeployment.Service;
import dev.annals.standalone.SplitDeployment.Shape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Promotes the synchronous standby of a PostgreSQL that is killed or frozen while clients write 100
 * changes a second. The former primary comes back each time, the first and the second host of the
 * URL in turn. Then it becomes the standby.
 */
@Tag("long") // Each test takes minutes.
@Timeout(900)
class FailoverIT {

  private static final int USERS = 20;
  private static final int CHANGES_PER_SECOND = 100;
  private static final Duration LOAD_TIME = Duration.ofSeconds(3);
  // The pool's own pauses between attempts grow to 5 s in this time.
  private static final Duration UNTIL_PROMOTION = Duration.ofSeconds(7);
  // Longer than the driver waits for an answer.
  private static final Duration STANDBY_AWAY = Duration.ofSeconds(20);
  // On two idle cores it takes less than 5 s.
  private static final Duration RECOVERY = Duration.ofSeconds(20);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(25);
  private static final String WRITTEN = "select pg_snapshot_xmax(pg_current_snapshot())";
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  @TempDir private Path folder;

  private final Set<String> delivered = ConcurrentHashMap.newKeySet();
  private HttpServer receiver;
  private PostgresServer primary;
  private PostgresServer standby;
  private Map<String, String> variables;

  @BeforeEach
  void startServers() throws IOException {
    primary = PostgresServer.start(folder.toRealPath());
    standby = primary.standby(folder.toRealPath().resolve("other"));
    primary.waitForStandby();
    variables = new HashMap<>(Annals.ADMIN);
    variables.putAll(
        Map.of(
            "ANNALS_IDENTITY_BCRYPT_COST", "4",
            "ANNALS_LIMITS_LOGIN_ADDRESS_CAPACITY", "0",
            "ANNALS_MASTER_KEY", KEY,
            "ANNALS_WEBHOOKS_PUBLIC_ONLY", "false",
            "SPRING_DATASOURCE_URL",
                PostgresServer.url(primary, standby) + "?targetServerType=primary",
            "SPRING_DATASOURCE_USERNAME", "postgres",
            "SPRING_DATASOURCE_PASSWORD", ""));
    variables.putAll(Postbox.get().variables());
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          delivered.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void stopServers() {
    receiver.stop(0);
    primary.close();
    standby.close();
  }

  /** A failure of the primary. */
  private enum Fault {
    KILLED {
      @Override
      void strike(PostgresServer server) {
        server.kill();
      }

      @Override
      void mend(PostgresServer server) {
        server.start();
      }
    },
    FROZEN {
      @Override
      void strike(PostgresServer server) {
        server.freeze();
      }

      @Override
      void mend(PostgresServer server) {
        server.thaw();
      }
    };

    abstract void strike(PostgresServer server);

    abstract void mend(PostgresServer server);
  }

  @Test
  void losesNoAcknowledgedChangeOfTheStandaloneProgramAndWritesNothingToTheFormerPrimary()
      throws Exception {
    Path data = folder.toRealPath().resolve("annals");
    try (AnnalsProcess program = AnnalsProcess.on(data).with(variables).start().awaitReady()) {
      survives(List.of(program.baseUrl()));
    }
    long before = written();
    try (AnnalsProcess program = AnnalsProcess.on(data).with(variables).start().awaitReady()) {
      new Annals(program.baseUrl(), Optional.empty())
          .newUser()
          .post("/notes", Kind.NOTE.creation)
          .expect(201);
      assertThat(written()).isEqualTo(before);
    }
    acknowledgesNothing();
  }

  @Test
  void losesNoAcknowledgedChangeOfSeparateSidesAndWritesNothingToTheFormerPrimary()
      throws Exception {
    try (SplitDeployment split =
        SplitDeployment.start(new Shape(1, 2, false, false, false), false, variables)) {
      survives(split.urls());
      long before = written();
      split.services().forEach(Service::restart);
      Annals annals = new Annals(split.url(), Optional.empty());
      annals.newUser().post("/notes", Kind.NOTE.creation).expect(201);
      assertThat(written()).isEqualTo(before);
    }
    acknowledgesNothing();
  }

  private void survives(List<URI> gateways) throws Exception {
    Annals annals = new Annals(gateways.get(0), Optional.empty());
    String email = Annals.newEmail();
    annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
        .expect(201);
    Client user = annals.signedIn(email, Annals.PASSWORD);
    user.post(
            "/webhooks",
            Json.object("url", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/"))
        .expect(201);
    int mails = 1; // The verification.
    try (Load load = new Load(gateways, USERS, CHANGES_PER_SECOND)) {
      missesTheStandby(load);
      for (Fault fault : List.of(Fault.KILLED, Fault.KILLED, Fault.FROZEN)) {
        if (mails > 1) {
          becomesTheStandby();
        }
        load.becomesWell();
        load.goOn(LOAD_TIME);
        failsOver(fault, load);

        worksAgain(annals, user, email, ++mails);
        fault.mend(standby);
        long before = written();
        primary.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where backend_type = 'client backend' and pid <> pg_backend_pid()
            """);
        load.isWellWithin(RECOVERY);
        assertThat(load.failures()).allMatch(FailoverIT::isDocumented);
        assertThat(written()).as("the next transaction of the former primary").isEqualTo(before);
      }
      load.nothingIsLost();
    }
    assertThat(annals.admin().get("/audit/verify").expect(200).json().get("intact").asBoolean())
        .isTrue();
    Set<String> notified = new HashSet<>();
    user.get("/notifications?size=100")
        .expect(200)
        .json()
        .get("content")
        .forEach(it -> notified.add(it.get("id").asString()));
    assertThat(notified).hasSize(2 * 3); // A creation and a mark in each round.
    Annals.eventually(() -> assertThat(delivered).isEqualTo(notified));
  }

  /** Stops the standby for a while, in which no change is acknowledged. */
  private void missesTheStandby(Load load) {
    load.becomesWell();
    standby.kill();
    load.goOn(STANDBY_AWAY);
    standby.start();
    load.isWellWithin(RECOVERY);
    List<Load.Failure> failures = load.failures();
    System.out.printf("Measured: without a standby, %s (%s)%n", load, Load.summary(failures));
    assertThat(failures).isNotEmpty().allMatch(FailoverIT::isDocumented);
    assertThat(load.longestPause()).isGreaterThan(STANDBY_AWAY.minusSeconds(1));
  }

  /** Promotes the standby, and asserts the answers meanwhile. */
  private void failsOver(Fault fault, Load load) {
    fault.strike(primary);
    load.goOn(UNTIL_PROMOTION);
    standby.promote();
    long promoted = System.nanoTime();
    PostgresServer former = primary;
    primary = standby;
    standby = former;
    load.isWellWithin(RECOVERY);
    List<Load.Failure> failures = load.failures();
    long last = Load.lastEnd(failures).map(end -> end - promoted).orElse(0L);
    System.out.printf(
        "Measured: %s, the last failure %d ms after the promotion; %s (%s)%n",
        fault, TimeUnit.NANOSECONDS.toMillis(last), load, Load.summary(failures));
    assertThat(failures).isNotEmpty().allMatch(FailoverIT::isDocumented);
    assertThat(Duration.ofNanos(last)).isLessThan(RECOVERY);
  }

  private static boolean isDocumented(Load.Failure failure) {
    return (failure.isToldWhen("unavailable") || failure.isToldWhen("read-model-behind"))
        && failure.took().compareTo(LONGEST_ANSWER) < 0;
  }

  /** Asserts that jobs, schedules, sagas and read models go on. */
  private static void worksAgain(Annals annals, Client user, String email, int mails) {
    Instant start = Instant.now().minusSeconds(1);
    annals.anybody().post("/auth/forgot-password", Json.object("email", email)).expect(202);
    String task =
        user.post("/tasks", Json.object("title", "Dig", "dueAt", Instant.now().plusSeconds(2) + ""))
            .expect(201)
            .id();
    Client admin = annals.admin();
    for (String schedule : List.of("seal", "storage-sweep")) {
      admin.post("/admin/schedules/" + schedule + "/run").expect(202);
      Annals.eventually(
          () -> {
            JsonNode ran = schedule(admin, schedule);
            assertThat(ran.get("lastOutcome").asString()).isEqualTo("SUCCEEDED");
            assertThat(Instant.parse(ran.get("lastRun").asString())).isAfter(start);
          });
    }
    Annals.eventually(() -> assertThat(Postbox.get().to(email)).hasSize(mails));
    Annals.eventually(
        () ->
            assertThat(user.get("/tasks/" + task).expect(200).json().get("overdue").asBoolean())
                .isTrue());
  }

  private static JsonNode schedule(Client admin, String name) {
    for (JsonNode each : admin.get("/admin/schedules").expect(200).json()) {
      if (each.get("name").asString().equals(name)) {
        return each;
      }
    }
    throw new AssertionError(name);
  }

  /**
   * Returns the next transaction of the former primary. A thawed one has first read what clients
   * sent before the fault; these commits wait for a standby.
   */
  private long written() {
    await()
        .until(
            () ->
                standby.read(
                    """
                    select count(*) from pg_stat_activity
                    where backend_type = 'client backend' and pid <> pg_backend_pid()
                      and wait_event is distinct from 'SyncRep'
                    """),
            "0"::equals);
    return Long.parseLong(standby.read(WRITTEN));
  }

  /** Makes the former primary a standby of the new one, which then waits for it. */
  private void becomesTheStandby() throws IOException {
    standby.kill();
    standby.follow(primary);
    primary.waitForStandby();
  }

  /** Asserts that the former primary commits for no client. */
  private void acknowledgesNothing() throws SQLException {
    try (Connection connection = standby.connect();
        Statement statement = connection.createStatement()) {
      connection.setNetworkTimeout(Runnable::run, 3_000);
      assertThatThrownBy(() -> statement.execute("create table public.written ()"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("I/O error");
    }
  }
}
