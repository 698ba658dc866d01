package dev.annals.eventstore.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import dev.annals.eventstore.aggregate.SchemaMigration;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.servers.PostgresServer;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Runs a former primary beside its standby that was promoted. */
class NewestPrimaryTest {

  private static final String TABLES = "select count(*) from pg_tables where schemaname = 'events'";

  @TempDir private static Path folder;
  private static PostgresServer former;
  private static PostgresServer promoted;

  @BeforeAll
  static void start() throws IOException {
    former = PostgresServer.start(folder.toRealPath());
    promoted = standby("promoted");
    promoted.promote();
  }

  @AfterAll
  static void stop() {
    former.close();
    promoted.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void connectsAPoolToThePromotedServerAloneInEachOrderOfTheHosts(boolean formerFirst) {
    program(url(formerFirst))
        .run(
            program -> {
              DataSource pool = program.getBean(DataSource.class);
              Set<String> servers = new HashSet<>();
              try (Connection first = pool.getConnection();
                  Connection second = pool.getConnection()) {
                servers.add(server(first));
                servers.add(server(second));
              }
              assertThat(servers).containsExactly(promoted.address());
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void migratesThePromotedServerAloneInEachOrderOfTheHosts(boolean formerFirst) {
    SchemaMigration.run(
        new String[] {
          "migrate",
          "--spring.datasource.url=" + url(formerFirst),
          "--spring.datasource.username=postgres",
          "--spring.flyway.locations=classpath:db/chassis",
          "--spring.flyway.postgresql.transactional-lock=false"
        });
    assertThat(promoted.read(TABLES)).isNotEqualTo("0");
    assertThat(former.read(TABLES)).isEqualTo("0");
  }

  @Test
  void refusesStandbys() throws Exception {
    try (PostgresServer standby = standby("refused")) {
      NewestPrimary source = source(standby, standby);
      assertThatThrownBy(source::getConnection)
          .isInstanceOf(SQLException.class)
          .hasMessage("The server is a standby");
    }
  }

  @Test
  void waitsForThePromotedServerRatherThanConnectsToTheFormerOne() throws Exception {
    NewestPrimary source = source(former, promoted);
    source.getConnection().close();
    promoted.kill();
    CompletableFuture<String> found = found(source);
    promoted.start();
    assertThat(found.join()).isEqualTo(promoted.address());
  }

  @Test
  void aSearchMovesThePoolToThePromotedServer() throws Exception {
    try (PostgresServer standby = standby("searched")) {
      program(PostgresServer.url(former, standby))
          .run(
              program -> {
                DataSource pool = program.getBean(DataSource.class);
                try (Connection before = pool.getConnection()) {
                  assertThat(server(before)).isEqualTo(former.address());
                }
                standby.promote();

                program.getBean(PrimarySearch.class).run();

                // The pool may not know yet that its connections are closed.
                assertThat(
                        await()
                            .ignoreExceptionsInstanceOf(SQLException.class)
                            .until(
                                () -> {
                                  try (Connection since = pool.getConnection()) {
                                    return server(since);
                                  }
                                },
                                answer -> true))
                    .isEqualTo(standby.address());
              });
    }
  }

  @Test
  void abortsConnectionsToAReplacedPrimaryThatStillAnswers() throws Exception {
    try (PostgresServer standby = standby("later")) {
      NewestPrimary source = source(former, standby);
      try (Connection open = source.getConnection()) {
        assertThat(server(open)).isEqualTo(former.address());
        source.servers().forEach(source::look);
        assertThat(open.isClosed()).isFalse();

        standby.promote();
        source.servers().forEach(source::look);

        assertThat(open.isClosed()).isTrue();
      }
      assertThat(found(source).join()).isEqualTo(standby.address());
    }
  }

  @Test
  void replacesAllConnectionsOfThePoolWhenTheStandbyOfAFrozenServerIsPromoted() throws Exception {
    try (PostgresServer standby = standby("unfrozen")) {
      program(PostgresServer.url(former, standby))
          .withPropertyValues("spring.datasource.hikari.maximum-pool-size=1")
          .run(
              program -> {
                DataSource pool = program.getBean(DataSource.class);
                Connection open = pool.getConnection();
                CompletableFuture<?> hangs =
                    CompletableFuture.runAsync(() -> execute(open, "select pg_sleep(60)"));
                former.freeze();
                try {
                  standby.promote();
                  assertThat(hangs)
                      .failsWithin(Duration.ofSeconds(20))
                      .withThrowableThat()
                      .havingRootCause()
                      .isInstanceOf(SocketException.class);
                  open.close();
                  try (Connection next = pool.getConnection()) {
                    assertThat(server(next)).isEqualTo(standby.address());
                  }
                } finally {
                  former.thaw();
                }
              });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/annals",
        "jdbc:postgresql://[::1]:5432/annals?options=-c%20search_path=a,b",
        "jdbc:postgresql:annals?targetServerType=primary,any",
      })
  void leavesTheUrlOfOneServerToTheDriver(String url) {
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(url);
    assertThat(NewestPrimary.of(pool)).isEmpty();
  }

  private static PostgresServer standby(String name) throws IOException {
    return former.standby(folder.toRealPath().resolve(name));
  }

  private static String url(boolean formerFirst) {
    return formerFirst
        ? PostgresServer.url(former, promoted)
        : PostgresServer.url(promoted, former);
  }

  private static ApplicationContextRunner program(String url) {
    return new ApplicationContextRunner()
        .withBean(PeriodicTasks.class)
        .withConfiguration(
            AutoConfigurations.of(PrimaryConfiguration.class, DataSourceAutoConfiguration.class))
        .withPropertyValues("spring.datasource.url=" + url, "spring.datasource.username=postgres");
  }

  private static NewestPrimary source(PostgresServer... servers) {
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(PostgresServer.url(servers));
    pool.setUsername("postgres");
    return NewestPrimary.of(pool).orElseThrow();
  }

  private static CompletableFuture<String> found(NewestPrimary source) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Connection connection = source.getConnection()) {
            return server(connection);
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        });
  }

  private static void execute(Connection connection, String statement) {
    try (Statement executed = connection.createStatement()) {
      executed.execute(statement);
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }

  private static String server(Connection connection) throws SQLException {
    try (ResultSet address =
        connection
            .createStatement()
            .executeQuery("select host(inet_server_addr()) || ':' || inet_server_port()")) {
      address.next();
      return address.getString(1);
    }
  }
}
