package dev.annals.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.events.note.NoteDeleted;
import dev.annals.eventstore.axon.HighWaterMark;
import dev.annals.eventstore.axon.NotifyingEventSource;
import dev.annals.http.problem.Problems;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Tests a transaction that writes an event and commits late, while others write and read. */
class LateCommitTest {

  private static final String NOW = "2026-03-01T10:00:00.000Z";
  private static final String LONG_AGO = "2020-03-01T10:00:00.000Z";
  private static final String TOKEN =
      "select convert_from(token, 'UTF8') from events.token_entry where processor_name = ?";

  private static Database database;
  private static ConfigurableApplicationContext program;

  private final UUID owner = UUID.randomUUID();
  private final UUID late = UUID.randomUUID();
  private final JdbcClient jdbc = database.jdbc();
  private Connection pending;

  /** Records the events of a processor. */
  @ProcessingGroup("seen")
  @DisallowReplay
  static class Seen {

    private static final Queue<NoteDeleted> EVENTS = new ConcurrentLinkedQueue<>();

    @EventHandler
    void on(NoteDeleted event) {
      EVENTS.add(event);
    }
  }

  @BeforeAll
  static void start() {
    database = Database.create();
    program = database.start(Seen.class);
  }

  @AfterAll
  static void stop() {
    program.close();
  }

  @BeforeEach
  void beginTransactionWithEvent() throws SQLException {
    pending = database.dataSource().getConnection();
    pending.setAutoCommit(false);
    write(pending, late);
  }

  @AfterEach
  void endTransaction() throws SQLException {
    pending.close();
  }

  @Test
  void aLateEventIsHandledOnceAfter10100OtherEvents() throws SQLException {
    writeMany(10_100, NOW);
    await().atMost(Duration.ofMinutes(1)).until(() -> seen().size() == 10_100);
    pending.commit();

    await().until(() -> seen().contains(late));
    UUID next = UUID.randomUUID();
    write(jdbc, next);
    await().until(() -> seen().contains(next));
    assertThat(seen()).doesNotHaveDuplicates().hasSize(10_102);
  }

  @Test
  void aLateEventIsHandledAfterOthersWithAnOldTimestamp() throws SQLException {
    writeMany(1, LONG_AGO);
    await().until(() -> seen().size() == 1);
    pending.commit();

    await().until(() -> seen().contains(late));
  }

  @Test
  void aGapIsGivenUpAfterARollback() throws SQLException {
    writeMany(1, NOW);
    await().until(() -> token("seen").matches(".*\\[[0-9,]+].*"));
    pending.rollback();

    await()
        .untilAsserted(
            () -> {
              writeMany(1, NOW);
              assertThat(token("seen")).contains("\"gaps\":[]");
            });
    assertThat(seen()).doesNotContain(late);
  }

  @Test
  void aStreamFromTheHeadDeliversALateEvent() throws Exception {
    NotifyingEventSource source = program.getBean(NotifyingEventSource.class);
    writeMany(1, NOW);
    TrackingToken head = source.createHeadToken();
    pending.commit();

    try (BlockingStream<TrackedEventMessage<?>> events = source.openStream(head)) {
      await().until(events::hasNextAvailable);
      assertThat(((DomainEventMessage<?>) events.nextAvailable()).getAggregateIdentifier())
          .isEqualTo(late.toString());
    }
  }

  @Test
  void aStreamFromTheTailSkipsNoEvent() {
    assertThat(program.getBean(NotifyingEventSource.class).createTailToken()).isNull();
  }

  @Test
  void waitingForTheFinalOrderTimesOutAsUnavailable() {
    HighWaterMark highWaterMark = program.getBean(HighWaterMark.class);

    assertThatThrownBy(() -> highWaterMark.await(Duration.ofMillis(100)))
        .isInstanceOfSatisfying(
            QueryTimeoutException.class,
            held -> {
              Refusal answer = Problems.of(held);
              assertThat(answer.problem()).isEqualTo(Problem.UNAVAILABLE);
              assertThat(answer.problem().status()).isEqualTo(503);
              assertThat(answer.problem().retryAfter()).hasValue(5);
            });
  }

  @Test
  void aSessionIdleInATransactionIsEndedAndItsEventIsNotStored() throws SQLException {
    UUID frozen = UUID.randomUUID();
    try (Connection idle = program.getBean(DataSource.class).getConnection()) {
      idle.setAutoCommit(false);
      idle.createStatement().execute("set local idle_in_transaction_session_timeout = '50ms'");
      write(idle, frozen);
      await().until(() -> sessionsIn("idle in transaction", frozen.toString()) == 0);
      assertThatThrownBy(idle::commit).isInstanceOf(SQLException.class);
    }
    pending.rollback();
    program.getBean(HighWaterMark.class).await(Duration.ofSeconds(5));
    UUID next = UUID.randomUUID();
    write(jdbc, next);

    await().until(() -> seen().contains(next));
    assertThat(seen()).doesNotContain(frozen);
  }

  @Test
  void sessionsOfThePoolHaveTheirTimeoutsDespiteTheUrl() throws SQLException {
    HikariConfig config = new HikariConfig();
    DataSourceUnwrapper.unwrap(program.getBean(DataSource.class), HikariDataSource.class)
        .copyStateTo(config);
    config.setJdbcUrl(
        config.getJdbcUrl()
            + (config.getJdbcUrl().contains("?") ? "&" : "?")
            + "options=-c%20idle_in_transaction_session_timeout=0&tcpKeepAlive=false");
    config.setMaximumPoolSize(1);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      Set<DataSource> both = Set.of(pool, program.getBean(DataSource.class));
      for (DataSource each : both) {
        assertThat(setting(each, "statement_timeout")).isEqualTo("10s");
        assertThat(setting(each, "idle_in_transaction_session_timeout")).isEqualTo("8s");
        assertThat(setting(each, "tcp_user_timeout")).isIn("10s", "10000ms", "10000");
        assertThat(setting(each, "tcp_keepalives_idle")).isEqualTo("5");
      }
    }
  }

  @Test
  @Timeout(60)
  void aMigrationHasNoTimeoutAndCreatesIndexesConcurrently() throws SQLException {
    pending.rollback();
    migrate("classpath:db/later/times");

    assertThat(
            jdbc.sql(
                    "select indisvalid from pg_index where indexrelid = 'events.made_later'::regclass")
                .query(Boolean.class)
                .single())
        .isTrue();
    assertThat(setting(program.getBean(DataSource.class), "statement_timeout")).isEqualTo("10s");
  }

  @Test
  void aPositionSetByAMigrationSkipsNoEvent() throws Exception {
    writeMany(1, NOW);
    long last =
        jdbc.sql("select max(global_index) from events.domain_event_entry")
            .query(Long.class)
            .single();
    CompletableFuture<Void> migration =
        CompletableFuture.runAsync(() -> migrate("classpath:db/later/head"));
    await().until(() -> sessionsIn("active", "lock table") == 1);
    write(pending, UUID.randomUUID());
    pending.commit();
    migration.get(30, TimeUnit.SECONDS);

    assertThat(token("made-later")).isEqualTo("{\"index\":%d,\"gaps\":[]}".formatted(last + 1));
  }

  private static void migrate(String location) {
    Flyway.configure()
        .configuration(program.getBean(Flyway.class).getConfiguration())
        .locations("classpath:db/migration", location)
        .outOfOrder(true)
        .ignoreMigrationPatterns("*:missing", "*:future")
        .load()
        .migrate();
  }

  private static String setting(DataSource sessions, String name) throws SQLException {
    try (Connection session = sessions.getConnection()) {
      return JdbcClient.create(new SingleConnectionDataSource(session, true))
          .sql("show " + name)
          .query(String.class)
          .single();
    }
  }

  /** Returns the notes of this test whose events the processor has handled. */
  private List<UUID> seen() {
    return Seen.EVENTS.stream()
        .filter(event -> event.ownerId().equals(owner))
        .map(NoteDeleted::noteId)
        .toList();
  }

  private String token(String processor) {
    return jdbc.sql(TOKEN).param(processor).query(String.class).single();
  }

  private long sessionsIn(String state, String query) {
    return jdbc.sql(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and state = ? and query like '%' || ? || '%'
              and pid <> pg_backend_pid()
            """)
        .params(state, query)
        .query(Long.class)
        .single();
  }

  private void write(Connection connection, UUID note) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(insertion("values ('" + note + "')"))) {
      insert.executeUpdate();
    }
  }

  private void write(JdbcClient jdbc, UUID note) {
    jdbc.sql(insertion("values ('" + note + "')")).update();
  }

  private void writeMany(int count, String time) {
    jdbc.sql(
            insertion("select gen_random_uuid()::text from generate_series(1, " + count + ")")
                .replace(NOW, time))
        .update();
  }

  private String insertion(String notes) {
    return """
        insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number,
          type, time_stamp, payload_type, payload_revision, payload, meta_data)
        select gen_random_uuid()::text, note, 0, 'Note', '%s', 'dev.annals.events.note.NoteDeleted', '1',
          convert_to(format('{"noteId":"%%s","ownerId":"%s"}', note), 'UTF8'), '{}'
        from (%s) notes (note)
        """
        .formatted(NOW, owner, notes);
  }
}
