package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.http.Database;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@StartsItsOwnPrograms
class StandaloneIT {
  private static final String SOMEWHERE_CLOSED = "jdbc:postgresql://127.0.0.1:1/annals";

  private static final String THREADS = "jvm_threads_live_threads ";

  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void dataFolder() throws IOException {
    data = folder.toRealPath().resolve("data");
  }

  @Test
  void reportsItsStoresListensOnLoopbackAndStopsThemOnSigterm() throws Exception {
    try (AnnalsProcess annals =
        annals().with("SPRING_PROFILES_ACTIVE", "staging").packed().start().awaitReady()) {
      assertThat(annals.output())
          .contains("PostgreSQL: embedded, in " + data.resolve("postgres"))
          .contains("MongoDB: embedded, in " + data.resolve("mongo.mv"))
          .contains("Redis: embedded, in memory, at 127.0.0.1:")
          .contains("Data folder: " + data)
          .contains("Mail server: none, so mails are discarded; set SPRING_MAIL_HOST to use one")
          .doesNotContain("/dev/mailbox")
          .contains("Swagger UI: " + annals.baseUrl() + "/swagger-ui.html")
          .endsWith("Annals is ready: " + annals.baseUrl() + "\n");
      assertThat(annals.errors()).isEmpty();
      assertItsStoreIsDurable();
      assertAnotherOneIsRefused();
      assertThat(status(annals.managementUrl().resolve("/actuator/health"))).isEqualTo(200);
      assertThat(status(annals.baseUrl().resolve("/nothing"))).isEqualTo(401);
      assertThat(status(annals.baseUrl().resolve("/dev/mailbox"))).isEqualTo(404);
      assertItsStoresAreForItAlone(annals);
      assertThat(threads(annals)).isLessThanOrEqualTo(100);
      await().untilAsserted(() -> assertThat(annals.output()).contains("/nothing"));
      assertALineInTheElasticCommonSchema(annals.output());
      assertThat(permissions(data)).isEqualTo("rwx------");
      assertThat(permissions(data.resolve("master.key"))).isEqualTo("rw-------");
      annals.terminate();
      assertThat(annals.exitCode()).isEqualTo(143);
      assertThat(annals.errors()).isEmpty();
      assertNothingRuns();
    }
  }

  @Test
  void refusesAnInvalidValueAndNamesItsProperty() throws Exception {
    assertAWrongValueIsRefused("SERVER_PORT", "99999", "server.port");
  }

  @ParameterizedTest
  @CsvSource({
    "SERVER_PORT, abc, server.port",
    "MANAGEMENT_SERVER_PORT, -7, management.server.port",
    "ANNALS_LIMITS_LOGIN_ACCOUNT_CAPACITY, -1, annals.limits.login.account.capacity",
    "ANNALS_LIMITS_FORGOT_PASSWORD_ADDRESS_WINDOW, soon, annals.limits.forgot-password.address.window",
    "SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE, soon, spring.lifecycle.timeout-per-shutdown-phase"
  })
  @Tag("long")
  void refusesMoreInvalidValues(String variable, String value, String property) throws Exception {
    assertAWrongValueIsRefused(variable, value, property);
  }

  private void assertAWrongValueIsRefused(String variable, String value, String property)
      throws Exception {
    try (AnnalsProcess annals = annals().with(variable, value).start()) {
      assertRefused(annals, property, value);
      assertNothingRuns();
    }
  }

  @Test
  void embedsNoServerInProduction() throws Exception {
    try (AnnalsProcess annals =
        annals()
            .with("SPRING_PROFILES_ACTIVE", "prod")
            .with("SPRING_MONGODB_URI", "mongodb://notes:Xq7pLw2z@mongo/annals")
            .start()) {
      assertRefused(
          annals,
          "The profile prod embeds no servers: set"
              + " spring.datasource.url, spring.data.redis.url, spring.mail.host.\n");
      assertThat(data).doesNotExist();
    }
  }

  @Test
  void refusesAPortInUse() throws Exception {
    assertATakenPortIsRefused("SERVER_PORT", "server.port");
  }

  @Test
  @Tag("long")
  void refusesAManagementPortInUse() throws Exception {
    assertATakenPortIsRefused("MANAGEMENT_SERVER_PORT", "management.server.port");
  }

  private void assertATakenPortIsRefused(String variable, String property) throws Exception {
    try (ServerSocket taken = new ServerSocket(0);
        AnnalsProcess annals =
            annals().with(variable, Integer.toString(taken.getLocalPort())).start()) {
      assertRefused(annals, property, "port " + taken.getLocalPort(), "already in use");
      assertNothingRuns();
    }
  }

  @Test
  void refusesADataFolderThatIsAFile() throws Exception {
    Files.writeString(data, "");
    try (AnnalsProcess annals = annals().start()) {
      assertRefused(annals, "annals.data-dir", data.toString());
    }
  }

  @Test
  @Tag("long")
  void refusesADataFolderBelowAFile() throws Exception {
    Files.writeString(folder.resolve("file"), "");
    Path below = folder.resolve("file").resolve("data");
    try (AnnalsProcess annals = AnnalsProcess.on(below).embedded().start()) {
      assertRefused(annals, "annals.data-dir", below.toString());
    }
  }

  @Test
  void refusesAnUnreachableDatabaseWithoutPrintingItsPassword() throws Exception {
    String url = SOMEWHERE_CLOSED + "?user=annals&password=hush";
    try (AnnalsProcess annals = annals().with("SPRING_DATASOURCE_URL", url).start()) {
      assertRefused(annals, "spring.datasource.url", SOMEWHERE_CLOSED);
      assertThat(annals.errors()).doesNotContain("hush");
      assertThat(data.resolve("postgres")).doesNotExist();
    }
  }

  @Test
  @Tag("long")
  void stopsItsStoresOnCtrlC() throws Exception {
    try (AnnalsProcess annals = annals().start().awaitReady()) {
      annals.interrupt();
      assertThat(annals.exitCode()).isEqualTo(130);
      assertThat(annals.errors()).isEmpty();
      assertNothingRuns();
      assertThat(data.resolve("postgres/postmaster.pid")).doesNotExist();
      assertThat(data.resolve("postgres.log"))
          .content()
          .containsOnlyOnce("received fast shutdown request")
          .contains("database system is shut down");
    }
  }

  @Test
  void leavesNoProcessAfterAnInterruptedStart() throws Exception {
    try (AnnalsProcess annals = annals().start()) {
      // After initdb's temporary server has ended and the actual server starts.
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.exists(data.resolve("postgres/epg-lock")));
      annals.interrupt();
      await().atMost(Duration.ofSeconds(20)).until(annals::hasEnded);
      assertThat(annals.exitCode()).isEqualTo(130);
      assertThat(annals.errors()).isEmpty();
      assertNothingRuns();
    }
  }

  @Test
  @Tag("long")
  void findsEveryCommittedRowAfterAKill() throws Exception {
    try (AnnalsProcess killed = annals().start().awaitReady()) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE kept (n int)");
        for (int n = 1; n <= 200; n++) {
          statement.executeUpdate("INSERT INTO kept VALUES (" + n + ")");
        }
        byte[] key = Files.readAllBytes(data.resolve("master.key"));
        assertThat(redis()).isNotEmpty();
        killed.kill9();
        await().until(() -> redis().isEmpty());
        long orphan = postmaster();
        try (AnnalsProcess next = annals().start().awaitReady()) {
          assertThat(countKept()).isEqualTo(200);
          assertThat(data.resolve("master.key")).hasBinaryContent(key);
          assertThat(ProcessHandle.of(orphan)).isEmpty();
          next.terminate();
          next.exitCode();
          assertNothingRuns();
        }
      }
    }
  }

  @Test
  @Tag("long")
  void startsWithoutRedisAndReportsIt() throws Exception {
    try (AnnalsProcess annals =
        annals()
            .with("SPRING_DATA_REDIS_URL", "redis://secret:word@127.0.0.1:1")
            .start()
            .awaitReady()) {
      assertThat(annals.output())
          .contains("Redis: redis://127.0.0.1:1\n")
          .containsOnlyOnce("Redis is away, and everything goes on without it")
          .doesNotContain("word@");
      assertThat(annals.errors()).isEmpty();
      assertThat(status(annals.baseUrl().resolve("/readyz"))).isEqualTo(200);
      assertThat(body(annals.managementUrl().resolve("/actuator/health")))
          .contains("\"redis\":{", "\"status\":\"DOWN\"");
      assertThat(body(annals.managementUrl().resolve("/actuator/prometheus")))
          .contains("annals_redis_up 0.0");
    }
  }

  @Test
  @Tag("long")
  void startsAfterAKillDuringTheCreationOfItsDatabase() throws Exception {
    try (AnnalsProcess killed = annals().start()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> Files.exists(data.resolve("postgres/postgresql.conf")));
      killed.kill9();
      assertThat(data.resolve("postgres.unfinished")).exists();
      try (AnnalsProcess next = annals().start().awaitReady()) {
        assertThat(data.resolve("postgres.unfinished")).doesNotExist();
        try (Connection connection = connect()) {
          assertThat(connection.isValid(5)).isTrue();
        }
        assertThat(next.errors()).isEmpty();
      }
    }
  }

  private static void assertALineInTheElasticCommonSchema(String output) {
    String line = output.lines().filter(it -> it.contains("/nothing")).findFirst().orElseThrow();
    JsonNode fields = JsonMapper.shared().readTree(line);
    assertThat(fields.at("/http/request/method").asString()).isEqualTo("GET");
    assertThat(fields.at("/url/path").asString()).isEqualTo("/nothing");
    assertThat(fields.at("/http/response/status_code").asInt()).isEqualTo(401);
    assertThat(fields.at("/event/duration").asLong()).isPositive();
    assertThat(fields.at("/user/id").asString()).isEqualTo("-");
    assertThat(fields.at("/requestId").asString()).isNotEmpty();
    assertThat(fields.at("/service/name").asString()).isEqualTo("annals");
    assertThat(fields.at("/message").asString()).startsWith("GET /nothing 401 ");
  }

  private void assertItsStoresAreForItAlone(AnnalsProcess annals) throws Exception {
    List<String> passwords =
        List.of(
            Files.readString(data.resolve("postgres.password")).strip(),
            Files.readString(data.resolve("redis/redis.conf")).strip().split(" ", -1)[1]);
    assertThat(passwords).allSatisfy(it -> assertThat(it).hasSize(43));
    List<ProcessHandle> servers = processes();
    assertThat(servers).hasSizeGreaterThan(3);
    for (ProcessHandle process : servers) {
      assertThat(commandLine(process)).doesNotContain(passwords);
    }
    assertThat(annals.output()).doesNotContain(passwords);
    assertThat(permissions(data.resolve("redis/redis.conf"))).isEqualTo("rw-------");
    servers.add(annals.handle());
    assertThat(Listening.beyondLoopback(servers))
        .containsExactlyInAnyOrder(annals.baseUrl().getPort(), annals.managementUrl().getPort());
    assertThat(Listening.onLoopback(servers)).hasSize(4);
  }

  private void assertItsStoreIsDurable() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertThat(setting(statement, "fsync")).isEqualTo("on");
      assertThat(setting(statement, "synchronous_commit")).isEqualTo("on");
    }
  }

  private void assertAnotherOneIsRefused() throws Exception {
    // Not closed, since that would stop the stores of the first.
    AnnalsProcess second = annals().start();
    assertRefused(second, "annals.data-dir", data.toString(), "Another Annals");
  }

  private AnnalsProcess.Builder annals() {
    return AnnalsProcess.on(data).embedded();
  }

  private static void assertRefused(AnnalsProcess annals, String... words) {
    assertThat(annals.exitCode()).isEqualTo(1);
    assertThat(annals.errors().lines()).hasSize(1);
    assertThat(annals.errors()).contains(words).endsWith(".\n").doesNotContain("Exception");
    assertThat(annals.output()).doesNotContain("Exception", "ERROR", "\tat ");
  }

  private void assertNothingRuns() {
    assertThat(processes()).isEmpty();
  }

  private List<ProcessHandle> redis() {
    return processes().stream()
        .filter(it -> it.info().command().orElse("").contains("redis-server"))
        .toList();
  }

  /** Returns the processes of this data folder. */
  private List<ProcessHandle> processes() {
    try (var processes = ProcessHandle.allProcesses()) {
      return processes
          .filter(it -> commandLine(it).contains(data.toString()))
          .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", process.pid() + "", "cmdline"));
    } catch (IOException gone) {
      return "";
    }
  }

  private long postmaster() throws IOException {
    return Long.parseLong(Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(0));
  }

  private Connection connect() throws SQLException {
    return Database.in(data).connect();
  }

  private static String setting(Statement statement, String name) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SHOW " + name)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private int countKept() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM kept")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static int threads(AnnalsProcess annals) throws IOException, InterruptedException {
    return body(annals.managementUrl().resolve("/actuator/prometheus"))
        .lines()
        .filter(line -> line.startsWith(THREADS))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(THREADS.length())))
        .findFirst()
        .orElseThrow();
  }

  private static String body(URI url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
        .body();
  }

  private static int status(URI url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding())
        .statusCode();
  }
}
