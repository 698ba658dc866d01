package dev.annals.jobs.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.command.Database;
import dev.annals.eventstore.axon.AuditEntries;
import dev.annals.eventstore.axon.EventTableProperties;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.jobs.schedule.Schedule;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Tests the partitions of the event table: uniqueness across them, additions, and the upgrade. */
class EventPartitionsTest {

  /** The last position of the first partition. */
  private static final long BOUNDARY = 5_000_000;

  private static final String INSERT =
      """
      insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number,
        type, time_stamp, payload_type, payload, meta_data)
      select gen_random_uuid()::text, ?, n, 'Note', '2026-03-01T10:00:00Z', 'test.Nothing', '{}', '{}'
      from generate_series(?, ?) n
      """;

  private static final String EVENTS =
      """
      select array_agg(sequence_number order by global_index)::text
      from events.domain_event_entry where aggregate_identifier = ?
      """;

  private static final String CONTENT =
      """
      select md5(string_agg(event::text, '' order by global_index))
      from events.domain_event_entry event
      """;

  private final Database database = Database.create();
  private final DataSource dataSource = database.dataSource();
  private final JdbcClient jdbc = database.jdbc();
  private final EventPartitions partitions =
      new EventPartitions(jdbc, new EventTableProperties(BOUNDARY));

  @BeforeEach
  void migrate() {
    migrate(database, "latest");
  }

  /** The partitions of two events, by the position of the first. */
  private enum Writers {
    ONE_PARTITION(17),
    ACROSS_THE_BOUNDARY(BOUNDARY);

    private final long next;

    Writers(long next) {
      this.next = next;
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesASecondEventOfAVersion(Writers writers) {
    setNext(writers.next);
    append("a", 0, 0);

    assertThatThrownBy(() -> append("a", 0, 0)).isInstanceOf(DuplicateKeyException.class);
    append("a", 1, 1);
    append("b", 0, 0);

    assertThat(events("a")).isEqualTo("{0,1}");
    assertThat(events("b")).isEqualTo("{0}");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void letsTheSecondOfTwoOpenTransactionsStoreAVersionIfTheFirstRollsBack(boolean commits) {
    setNext(BOUNDARY);
    append("a", 0, 0);
    CompletableFuture<Boolean> second = new CompletableFuture<>();

    inTransaction(
        status -> {
          append("a", 1, 1);
          second.completeAsync(() -> isStored("a", 1));
          await().until(() -> waitingSessions() == 1);
          if (!commits) {
            status.setRollbackOnly();
          }
        });

    assertThat(second.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(!commits);
    assertThat(events("a")).isEqualTo("{0,1}");
    assertThat(jdbc.sql("select sequence_number from events.aggregate_head").query().singleValue())
        .isEqualTo(1L);
  }

  @Test
  void storesEachVersionOnceIfFourWritersRaceAcrossABoundary() throws Exception {
    int writers = 4;
    int versions = 20;
    setNext(BOUNDARY - writers * versions / 2);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    int stored = 0;
    try {
      for (int version = 0; version < versions; version++) {
        long next = version;
        Callable<Boolean> attempt = () -> isStored("a", next);
        for (Future<Boolean> outcome :
            threads.invokeAll(List.of(attempt, attempt, attempt, attempt))) {
          stored += outcome.get() ? 1 : 0;
        }
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(stored).isEqualTo(20);
    assertThat(events("a")).isEqualTo("{0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19}");
    assertThat(
            jdbc.sql("select distinct tableoid::regclass::text from events.domain_event_entry")
                .query(String.class)
                .list())
        .containsExactlyInAnyOrder(
            "events.domain_event_entry_1", "events.domain_event_entry_5000001");
  }

  @Test
  void storesABatchAcrossABoundaryWholeOrNotAtAll() {
    setNext(BOUNDARY - 4);
    append("a", 0, 9);

    assertThat(events("a")).isEqualTo("{0,1,2,3,4,5,6,7,8,9}");
    assertThatThrownBy(() -> append("a", 5, 14)).isInstanceOf(DuplicateKeyException.class);
    assertThat(events("a")).isEqualTo("{0,1,2,3,4,5,6,7,8,9}");
  }

  @ParameterizedTest
  @EnumSource
  void storesAVersionThatWasRemovedByHandOnce(Writers writers) {
    append("a", 0, 9);
    jdbc.sql("delete from events.domain_event_entry where sequence_number in (2, 9)").update();
    setNext(writers.next);

    append("a", 2, 2);
    append("a", 9, 9);

    for (int taken : List.of(0, 2, 9)) {
      assertThatThrownBy(() -> append("a", taken, taken)).isInstanceOf(DuplicateKeyException.class);
    }
    assertThat(events("a")).isEqualTo("{0,1,3,4,5,6,7,8,2,9}");
  }

  @Test
  void keepsTwoEmptyPartitionsAheadAtEachStart() {
    assertThat(partitions())
        .containsExactly("..5000000", "5000001..10000000", "10000001..15000000");

    setNext(BOUNDARY);
    append("a", 0, 0);
    partitions.add();
    assertThat(partitions()).hasSize(3);
    assertThat(partitions.health().getDetails()).isEmpty();

    append("a", 1, 1);
    assertThat(partitions.health().getDetails()).isEqualTo(Map.of("ahead", 1));
    partitions.add();
    assertThat(partitions())
        .containsExactly(
            "..5000000", "5000001..10000000", "10000001..15000000", "15000001..20000000");
    assertThat(partitions.health().getDetails()).isEmpty();
  }

  @Test
  void hasAPartitionForThePositionAfterALongStop() {
    setNext(123_456_789);
    assertThat(partitions.health().getDetails()).isEqualTo(Map.of("ahead", 0));

    partitions.add();

    append("a", 0, 0);
    assertThat(events("a")).isEqualTo("{0}");
    assertThat(partitions())
        .endsWith(
            "10000001..15000000",
            "15000001..128456788",
            "128456789..133456788",
            "133456789..138456788");
  }

  @Test
  void addsPartitionsBesideOpenWritersAndReaders() {
    setNext(BOUNDARY + 1);
    inTransaction(
        status -> {
          append("a", 0, 0);
          assertThat(events("a")).isEqualTo("{0}");
          CompletableFuture.runAsync(partitions::add).orTimeout(10, TimeUnit.SECONDS).join();
          append("a", 1, 1);
        });

    assertThat(partitions()).hasSize(4);
    assertThat(events("a")).isEqualTo("{0,1}");
  }

  @Test
  void keepsAllEventsAndServesTheStatementsOfAnEarlierVersionDuringTheUpgrade()
      throws SQLException {
    Database former = Database.create();
    migrate(former, "22");
    try (Connection session = former.dataSource().getConnection()) {
      JdbcClient earlier = JdbcClient.create(new SingleConnectionDataSource(session, true));
      // The driver prepares a statement on the server when it is executed for the fifth time.
      for (String aggregate : List.of("a", "b", "c", "d", "e", "f")) {
        earlier.sql(INSERT).params(aggregate, 0, 49).update();
        earlier.sql(CONTENT).query().singleValue();
      }
      Object before = earlier.sql(CONTENT).query().singleValue();

      migrate(former, "23.2");
      assertThat(earlier.sql(CONTENT).query().singleValue()).isEqualTo(before);
      earlier.sql(INSERT).params("a", 50, 52).update();
      earlier.sql(INSERT).params("g", 0, 0).update();
      Object after = earlier.sql(CONTENT).query().singleValue();
      migrate(former, "latest");

      assertThat(earlier.sql(CONTENT).query().singleValue()).isEqualTo(after);
      assertThat(
              earlier
                  .sql(
                      """
                      select string_agg(aggregate_identifier || sequence_number, ' '
                        order by aggregate_identifier)
                      from events.aggregate_head
                      """)
                  .query()
                  .singleValue())
          .isEqualTo("a52 b49 c49 d49 e49 f49 g0");
      for (String taken : List.of("a52", "b49", "g0", "b0")) {
        int version = Integer.parseInt(taken.substring(1));
        assertThatThrownBy(
                () -> earlier.sql(INSERT).params(taken.substring(0, 1), version, version).update())
            .as(taken)
            .isInstanceOf(DuplicateKeyException.class);
      }
      earlier.sql(INSERT).params("b", 50, 50).update();
      assertThat(
              earlier
                  .sql("select max(global_index) from events.domain_event_entry")
                  .query()
                  .singleValue())
          .as("304 events and four attempts have drawn a position")
          .isEqualTo(309L);
    }
    assertThat(
            former
                .jdbc()
                .sql(
                    """
                    select count(*) from pg_index
                    where indrelid = 'events.domain_event_entry_1'::regclass
                    """)
                .query()
                .singleValue())
        .isEqualTo(3L);
  }

  @Test
  void keepsPartitionsAheadAndFindsEventsByIndexesInThePartitionsOfTheirPositions() {
    fill();
    try (ConfigurableApplicationContext program =
        database.start("--annals.schedules.seal=0 0 0 1 1 *")) {
      assertThat(partitions()).as("after the start").hasSize(5);
      EventStore store = program.getBean(EventStore.class);
      EventStorageEngine engine = program.getBean(EventStorageEngine.class);
      StoredEvents events = program.getBean(StoredEvents.class);
      AuditEntries entries = program.getBean(AuditEntries.class);
      String identifier =
          jdbc.sql(
                  "select event_identifier from events.domain_event_entry where global_index = 5001000")
              .query(String.class)
              .single();
      Map<String, Runnable> everywhere = new TreeMap<>();
      everywhere.put("load", () -> store.readEvents("everywhere", 1).next());
      everywhere.put("last version", () -> store.lastSequenceNumberFor("everywhere"));
      everywhere.put("position", () -> events.position("everywhere", 1));
      everywhere.put("positions", () -> events.positions(List.of(identifier)));
      everywhere.put("creations", () -> events.creationPositions(List.of("everywhere")));
      everywhere.put("last", events::lastPosition);
      Map<String, Runnable> second = new TreeMap<>();
      second.put("identifiers", () -> events.identifiersAt(List.of(5_000_900L, 5_001_000L)));
      second.put("audit", () -> entries.find(Map.of("type = ?", "Note"), 5_000_500, 5_002_000, 10));
      Map<String, Runnable> third = new TreeMap<>();
      third.put(
          "feed",
          () ->
              engine
                  .readEvents(GapAwareTrackingToken.newInstance(10_001_900, List.of()), false)
                  .limit(10)
                  .forEach(event -> {}));

      everywhere.forEach((name, read) -> assertThat(scanned(program, read)).as(name).isNotEmpty());
      second.forEach(
          (name, read) ->
              assertThat(scanned(program, read))
                  .as(name)
                  .containsExactly("domain_event_entry_5000001"));
      third.forEach(
          (name, read) ->
              assertThat(scanned(program, read))
                  .as(name)
                  .doesNotContain("domain_event_entry_1", "domain_event_entry_5000001"));
      setNext(15_000_002);
      program.getBean(Sealer.class).run(Schedule.Trigger.SCHEDULED);
      assertThat(partitions()).as("after a run of the schedule").hasSize(6);
    }
  }

  /** Stores 2 000 events in each of three partitions, and enters none for auditors. */
  private void fill() {
    for (int partition = 0; partition < 3; partition++) {
      jdbc.sql(
              """
              insert into events.domain_event_entry (global_index, event_identifier, aggregate_identifier,
                sequence_number, type, time_stamp, payload_type, payload_revision, payload, meta_data)
              overriding system value
              select ? + n, gen_random_uuid()::text,
                case when n = 1 then 'everywhere' else gen_random_uuid()::text end,
                case when n = 1 then ? else 0 end, 'Note', '2026-03-01T10:00:00Z',
                'dev.annals.events.note.NoteDeleted', '1',
                convert_to('{"noteId":"%1$s","ownerId":"%1$s"}', 'UTF8'), '{}'
              from generate_series(1, 2000) n
              """
                  .formatted(new UUID(0, 1)))
          .params(partition * BOUNDARY, partition)
          .update();
    }
    setNext(10_002_001);
    jdbc.sql("insert into events.audit_entry select 5000000, 'Note', 'Nothing', null, null, ''")
        .update();
    jdbc.sql("analyze events.domain_event_entry").update();
  }

  /** Returns the partitions of which a read scans an index, also by a generic plan. */
  private static List<String> scanned(ConfigurableApplicationContext program, Runnable read) {
    JdbcClient jdbc = program.getBean(JdbcClient.class);
    return new TransactionTemplate(program.getBean(PlatformTransactionManager.class))
        .execute(
            status -> {
              for (int i = 0; i < 12; i++) {
                read.run();
              }
              Map<String, Long> before = scans(jdbc, "idx_scan");
              Map<String, Long> sequential = scans(jdbc, "seq_scan");
              read.run();
              assertThat(scans(jdbc, "seq_scan")).isEqualTo(sequential);
              List<String> scanned = new ArrayList<>();
              scans(jdbc, "idx_scan")
                  .forEach(
                      (partition, count) -> {
                        if (count > before.get(partition)) {
                          scanned.add(partition);
                        }
                      });
              return scanned;
            });
  }

  private static Map<String, Long> scans(JdbcClient jdbc, String column) {
    Map<String, Long> scans = new TreeMap<>();
    jdbc.sql(
            "select relname, %s from pg_stat_xact_user_tables where relname like 'domain_event_entry_%%'"
                .formatted(column))
        .query(
            row -> {
              scans.put(row.getString(1), row.getLong(2));
            });
    return scans;
  }

  private static void migrate(Database database, String version) {
    Flyway.configure().dataSource(database.dataSource()).target(version).load().migrate();
  }

  private void setNext(long position) {
    jdbc.sql("select setval('events.domain_event_entry_global_index_seq', ?)")
        .param(position - 1)
        .query(row -> {});
  }

  private void append(String aggregate, long first, long last) {
    JdbcClient.create(dataSource).sql(INSERT).params(aggregate, first, last).update();
  }

  private boolean isStored(String aggregate, long version) {
    try {
      database.jdbc().sql(INSERT).params(aggregate, version, version).update();
      return true;
    } catch (DataAccessException e) {
      assertThat(e.getMostSpecificCause())
          .isInstanceOfSatisfying(
              SQLException.class, cause -> assertThat(cause.getSQLState()).isEqualTo("23505"));
      return false;
    }
  }

  private String events(String aggregate) {
    return JdbcClient.create(dataSource).sql(EVENTS).param(aggregate).query(String.class).single();
  }

  private List<String> partitions() {
    return jdbc.sql(
            "select concat(first_position, '..', last_position) from events.event_partition order by last_position")
        .query(String.class)
        .list();
  }

  private long waitingSessions() {
    return database
        .jdbc()
        .sql(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'
            """)
        .query(Long.class)
        .single();
  }

  private void inTransaction(Consumer<TransactionStatus> work) {
    new TransactionTemplate(new DataSourceTransactionManager(dataSource))
        .executeWithoutResult(work);
  }
}
