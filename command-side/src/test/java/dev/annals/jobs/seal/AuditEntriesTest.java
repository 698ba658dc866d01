package dev.annals.jobs.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.command.Database;
import dev.annals.eventstore.axon.AuditEntries;
import dev.annals.eventstore.axon.StoredEvents;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** Tests the entries by which auditors find events, and their order after an upgrade. */
class AuditEntriesTest {

  private static final List<String> INDEXES =
      List.of(
          "domain_event_entry_1_aggregate_identifier_sequence_number_key",
          "domain_event_entry_1_event_identifier_key",
          "domain_event_entry_1_pkey");

  private static final List<String> FORMER_INDEXES =
      List.of(
          "domain_event_entry_origin_global_index_idx",
          "domain_event_entry_origin_global_index_idx1",
          "domain_event_entry_simple_name_global_index_idx",
          "domain_event_entry_time_stamp_global_index_idx",
          "domain_event_entry_type_global_index_idx");

  /** Event n is of one of two types, three names and five actors, in the second n. */
  private static final String WRITE =
      """
      insert into events.domain_event_entry (global_index, event_identifier, aggregate_identifier,
        sequence_number, type, time_stamp, payload_type, payload, meta_data)
      overriding system value
      select n, 'e' || n, 'a' || n, 0, 'Type' || n % 2,
        to_char(timestamp '2026-03-01' + make_interval(secs => n), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'test.Name' || n % 3, '{}',
        convert_to(format('{"actor":"%s","correlationId":"c%s"}', n % 5, n), 'UTF8')
      from generate_series(?, ?) n
      """;

  private static final String SNAPSHOTS =
      """
      insert into events.snapshot_event_entry
      select distinct on (aggregate_identifier) aggregate_identifier, sequence_number, type,
        event_identifier, time_stamp, payload_type, null, payload, meta_data
      from events.domain_event_entry order by aggregate_identifier, sequence_number
      on conflict do nothing
      """;

  private static Database latest;

  private Database database;
  private SingleConnectionDataSource dataSource;
  private JdbcClient jdbc;
  private AuditEntries entries;

  @BeforeAll
  static void migrate() {
    latest = Database.create();
    migrateTo("latest", latest.dataSource());
  }

  @BeforeEach
  void open() throws SQLException {
    open(latest);
    jdbc.sql("truncate events.domain_event_entry, events.snapshot_event_entry, events.audit_entry")
        .update();
  }

  private void open(Database other) throws SQLException {
    database = other;
    dataSource = new SingleConnectionDataSource(other.dataSource().getConnection(), true);
    jdbc = JdbcClient.create(dataSource);
    entries = new AuditEntries(dataSource);
  }

  @AfterEach
  void close() {
    dataSource.destroy();
  }

  private record Filter(Map<String, Object> conditions, LongPredicate matches) {}

  private static final Filter TYPE = new Filter(Map.of("type = ?", "Type1"), n -> n % 2 == 1);
  private static final Filter NAME = new Filter(Map.of("name = ?", "Name2"), n -> n % 3 == 2);
  private static final Filter ACTOR = new Filter(Map.of("actor = ?", "4"), n -> n % 5 == 4);
  private static final Filter TYPE_AND_ACTOR =
      new Filter(Map.of("type = ?", "Type0", "actor = ?", "1"), n -> n % 10 == 6);

  private static final List<Filter> FILTERS =
      List.of(
          TYPE,
          NAME,
          ACTOR,
          TYPE_AND_ACTOR,
          new Filter(Map.of("aggregate_identifier = ?", "a25"), n -> n == 25),
          new Filter(Map.of("aggregate_identifier = ?", "a25", "type = ?", "Type1"), n -> n == 25),
          new Filter(Map.of("correlation_id = ?", "c25"), n -> n == 25),
          new Filter(Map.of("time_stamp >= ?", "2026-03-01T00:00:17.000Z"), n -> n >= 17),
          new Filter(Map.of("time_stamp <= ?", "2026-03-01T00:00:23.000Z"), n -> n <= 23),
          new Filter(Map.of("time_stamp >= ?", "2026-03-01T04:00:00.000Z"), n -> n >= 14_400),
          new Filter(
              Map.of(
                  "time_stamp >= ?", "2026-03-01T03:59:00.000Z",
                  "time_stamp <= ?", "2026-03-01T04:00:00.000Z"),
              n -> n >= 14_340 && n <= 14_400),
          new Filter(Map.of("aggregate_identifier = ?", "none"), n -> false),
          new Filter(Map.of("type = ?", "none"), n -> false),
          new Filter(Map.of("name = ?", "none"), n -> false),
          new Filter(Map.of("actor = ?", "none"), n -> false),
          new Filter(Map.of("correlation_id = ?", "none"), n -> false),
          new Filter(Map.of("time_stamp >= ?", "2027-01-01T00:00:00.000Z"), n -> false));

  @Test
  void findsEventsBeforeAndAfterTheLastEntryInPages() {
    write(1, 40);
    for (long entered : List.of(0, 16, 30, 40)) {
      writer().enter(entered);
      assertThat(number("select coalesce(max(global_index), 0) from events.audit_entry"))
          .isEqualTo(entered);
      for (Filter filter : FILTERS) {
        for (int limit : List.of(1, 3, 100)) {
          for (long after : List.of(0, 16, 37)) {
            assertThat(all(filter, after, 38, limit))
                .as("%s, %d entries, pages of %d after %d", filter, entered, limit, after)
                .containsExactlyElementsOf(
                    LongStream.rangeClosed(after + 1, 38).filter(filter.matches).boxed().toList());
          }
        }
      }
    }
  }

  @Test
  void findsEventsByTimesThatAreNotInTheOrderOfPositions() {
    write(1, 30_000);
    jdbc.sql(
            """
            update events.domain_event_entry set time_stamp = to_char(timestamp '2026-03-01'
              + make_interval(secs => global_index + case when global_index % 7 = 0 then 59 else 0 end),
              'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            """)
        .update();
    writer().enter(30_000);
    LongUnaryOperator second = n -> n % 7 == 0 ? n + 59 : n;
    Filter always =
        new Filter(
            Map.of(
                "time_stamp >= ?", "0000-01-01T00:00:00.000Z",
                "time_stamp <= ?", "9999-12-31T23:59:59.999Z"),
            n -> true);
    assertThat(all(always, 0, 29_999, 1_000)).hasSize(29_999);

    for (long from : List.of(0L, 1L, 700L, 9_999L, 14_400L, 29_500L, 30_500L, 31_000L)) {
      for (long length : List.of(0L, 1L, 60L, 20_000L)) {
        LongPredicate matches =
            n -> second.applyAsLong(n) >= from && second.applyAsLong(n) <= from + length;
        Filter filter =
            new Filter(
                Map.of("time_stamp >= ?", time(from), "time_stamp <= ?", time(from + length)),
                matches);
        for (long after : List.of(0L, 14_350L)) {
          assertThat(all(filter, after, 29_999, 1_000))
              .as("%s after %d", filter, after)
              .containsExactlyElementsOf(
                  LongStream.rangeClosed(after + 1, 29_999).filter(matches).boxed().toList());
        }
      }
    }
  }

  private static String time(long second) {
    return "%sT%tT.000Z".formatted(LocalDate.of(2026, 3, 1), LocalTime.ofSecondOfDay(second));
  }

  @Test
  void endsAPageAfterTenThousandPositionsWithoutEntries() {
    write(1, 3);
    write(10_003, 10_009);
    writer().enter(2);

    assertThat(entries.find(ACTOR.conditions, 0, 10_009, 5))
        .isEqualTo(new AuditEntries.Page(List.of(), 10_002L));
    assertThat(entries.find(ACTOR.conditions, 10_002, 10_009, 5))
        .isEqualTo(new AuditEntries.Page(List.of(10_004L, 10_009L), null));
    assertThat(entries.find(TYPE.conditions, 0, 10_009, 2))
        .isEqualTo(new AuditEntries.Page(List.of(1L, 3L), 3L));
    assertThat(entries.find(TYPE.conditions, Long.MAX_VALUE, 10_009, 2))
        .isEqualTo(new AuditEntries.Page(List.of(), null));
  }

  @Test
  void readsFewRowsAndScansNoTable() {
    write(1, 30_000);
    // A sample of a long history has few aggregates: the events of each lie together.
    jdbc.sql(
            "alter table events.domain_event_entry_1 alter aggregate_identifier set (n_distinct = 100)")
        .update();
    writer().enter(29_950);
    // A new partition has no statistics yet.
    for (Filter filter : FILTERS) {
      if (filter.conditions.containsKey(AuditEntries.AGGREGATE)) {
        assertThat(indexEntriesReadByTwelveRuns(filter)).as("%s", filter).isLessThan(100);
      }
    }
    jdbc.sql("vacuum analyze events.audit_entry").update();
    jdbc.sql("vacuum analyze events.domain_event_entry").update();

    for (Filter filter : FILTERS) {
      assertThat(indexEntriesReadByTwelveRuns(filter)).as("%s", filter).isLessThan(40_000);
      transactions()
          .executeWithoutResult(
              status -> {
                long events = rowsRead("domain_event_entry_1");
                long entered = rowsRead("audit_entry");

                entries.find(filter.conditions, 0, 30_000, 100);

                assertThat(rowsRead("domain_event_entry_1") - events)
                    .as("%s", filter)
                    .isLessThanOrEqualTo(100);
                assertThat(rowsRead("audit_entry") - entered)
                    .as("%s", filter)
                    .isLessThanOrEqualTo(3_000);
              });
    }
  }

  @Test
  void entersEventsWithoutReadableMetadata() {
    write(1, 3);
    jdbc.sql(
            """
            update events.domain_event_entry set meta_data = (array[
              '\\xff', convert_to('nonsense', 'UTF8'), convert_to('[]', 'UTF8')])[global_index]
            """)
        .update();

    assertThat(all(ACTOR, 0, 3, 10)).isEmpty();
    writer().enter(3);

    assertThat(number("select count(*) from events.audit_entry where actor is null")).isEqualTo(3);
    assertThat(all(TYPE, 0, 3, 10)).containsExactly(1L, 3L);
  }

  @Test
  void findsTheAggregatesOfAUserBeforeAndAfterTheLastEntry() {
    UUID ann = new UUID(1, 1);
    UUID ben = new UUID(1, 2);
    store(1, new UUID(2, 1), 0, "Note", ann);
    store(2, new UUID(2, 1), 1, "Note", ann);
    store(3, new UUID(2, 2), 0, "Task", ann);
    store(4, new UUID(2, 3), 0, "Note", ben);
    store(5, new UUID(2, 3), 1, "Note", ann);
    store(6, new UUID(2, 4), 0, "Note", ann);
    StoredEvents events = new StoredEvents(jdbc, null, entries);

    for (long entered = 0; entered <= 6; entered++) {
      writer().enter(entered);
      assertThat(events.createdBy(ann, "Note", "Task"))
          .toIterable()
          .containsExactly(new UUID(2, 1), new UUID(2, 2), new UUID(2, 4));
      assertThat(events.createdBy(ann, "Task")).toIterable().containsExactly(new UUID(2, 2));
      assertThat(events.createdBy(ben, "Task")).toIterable().isEmpty();
      assertThat(events.creators("Note")).containsExactlyInAnyOrder(ann, ben);
      assertThat(events.creators("Task", "Flag")).containsExactly(ann);
      assertThat(events.containsAny("Flag", "Task")).isTrue();
      assertThat(events.containsAny("Flag")).isFalse();
      jdbc.sql(SNAPSHOTS).update();
      events.deleteSnapshots(ann);
      assertThat(
              jdbc.sql("select aggregate_identifier::uuid from events.snapshot_event_entry")
                  .query(UUID.class)
                  .list())
          .containsExactly(new UUID(2, 3));
    }
  }

  @Test
  void hasOnlyUniqueIndexesOnEventsInANewDatabase() {
    assertThat(indexes()).isEqualTo(INDEXES);
    assertThat(number("select count(*) from events.former_index")).isZero();
  }

  @Test
  void findsAllEventsDuringAnUpgradeAndDropsIndexesAfterTheLastEntry() throws SQLException {
    close();
    open(Database.create());
    migrateTo("20", dataSource);
    write(1, 1_500);
    write(30_001, 31_000);
    migrateTo("latest", dataSource);
    assertThat(indexes()).containsAll(FORMER_INDEXES).containsAll(INDEXES).hasSize(8);
    assertFindsAllInOnePage();

    assertThat(writer().enterBatch(31_000)).isEqualTo(1_000);
    assertFindsAllInOnePage();

    // As after a restart.
    assertThat(writer().enter(31_000)).isFalse();
    assertThat(number("select count(*) from events.audit_entry")).isEqualTo(2_500);
    assertThat(jdbc.sql("select * from events.audit_entry where global_index = 30008").query())
        .extracting(entry -> entry.singleRow().values().toString())
        .isEqualTo("[30008, Type0, Name2, 3, c30008, 2026-03-01T08:20:08.000Z]");
    writer().dropFormerIndexes();
    assertThat(indexes()).as("within an hour").hasSize(8);
    assertFindsAllInOnePage();

    jdbc.sql("update events.former_index set droppable_from = now()").update();
    writer().dropFormerIndexes();
    assertThat(indexes()).isEqualTo(INDEXES);
    assertFindsAllInOnePage();
  }

  @Test
  void repeatsAnInterruptedDropOfAnIndex() throws SQLException {
    close();
    open(Database.create());
    migrateTo("20", dataSource);
    write(1, 1);
    migrateTo("latest", dataSource);
    jdbc.sql("update events.former_index set droppable_from = now()").update();
    try (Connection user = database.dataSource().getConnection();
        Connection impatient = database.dataSource().getConnection()) {
      user.setAutoCommit(false);
      user.createStatement().execute("select 1 from events.domain_event_entry");
      impatient.createStatement().execute("set statement_timeout = 100");
      JdbcClient session = JdbcClient.create(new SingleConnectionDataSource(impatient, true));
      new AuditEntryWriter(transactions(), session).dropFormerIndexes();
      user.rollback();
    }
    assertThat(
            jdbc.sql("select indexrelid::regclass::text from pg_index where not indisvalid")
                .query(String.class)
                .list())
        .hasSize(1);

    writer().dropFormerIndexes();

    assertThat(indexes()).isEqualTo(INDEXES);
    assertThat(number("select count(*) from events.former_index")).isZero();
  }

  private void assertFindsAllInOnePage() {
    for (Filter filter : List.of(TYPE, NAME, ACTOR, TYPE_AND_ACTOR)) {
      AuditEntries.Page page = entries.find(filter.conditions, 0, 31_000, 5_000);
      assertThat(page.positions())
          .containsExactlyElementsOf(
              LongStream.concat(
                      LongStream.rangeClosed(1, 1_500), LongStream.rangeClosed(30_001, 31_000))
                  .filter(filter.matches)
                  .boxed()
                  .toList());
      assertThat(page.next()).isNull();
    }
  }

  private List<Long> all(Filter filter, long after, long last, int limit) {
    List<Long> positions = new ArrayList<>();
    Long next = after;
    while (next != null) {
      AuditEntries.Page page = entries.find(filter.conditions, next, last, limit);
      assertThat(page.positions()).hasSizeLessThanOrEqualTo(limit);
      positions.addAll(page.positions());
      next = page.next();
    }
    return positions;
  }

  private static void migrateTo(String version, DataSource dataSource) {
    Flyway.configure().dataSource(dataSource).target(version).load().migrate();
  }

  private void write(long first, long last) {
    jdbc.sql(WRITE).params(first, last).update();
  }

  private void store(long position, UUID aggregate, long sequence, String type, UUID actor) {
    jdbc.sql(
            """
            insert into events.domain_event_entry (global_index, event_identifier,
              aggregate_identifier, sequence_number, type, time_stamp, payload_type, payload, meta_data)
            overriding system value
            values (?, ?, ?, ?, ?, '2026-03-01T10:00:00Z', 'test.Nothing', '{}',
              convert_to(format('{"actor":"%s"}', ?), 'UTF8'))
            """)
        .params(position, "e" + position, aggregate.toString(), sequence, type, actor.toString())
        .update();
  }

  private AuditEntryWriter writer() {
    return new AuditEntryWriter(transactions(), jdbc);
  }

  private TransactionTemplate transactions() {
    return new TransactionTemplate(new DataSourceTransactionManager(dataSource));
  }

  /** PostgreSQL may choose a generic plan after ten runs. */
  private long indexEntriesReadByTwelveRuns(Filter filter) {
    long before = indexEntriesRead();
    for (int i = 0; i < 12; i++) {
      entries.find(filter.conditions, 0, 30_000, 100);
    }
    return indexEntriesRead() - before;
  }

  private long indexEntriesRead() {
    jdbc.sql("select pg_stat_force_next_flush()").query(row -> {});
    return number(
        "select sum(idx_tup_read)::bigint from pg_stat_user_indexes where schemaname = 'events'");
  }

  /** Returns the number of rows of a table that this session has read lately. */
  private long rowsRead(String table) {
    return jdbc.sql(
            """
            select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)
            from pg_stat_xact_user_tables where schemaname = 'events' and relname = ?
            """)
        .param(table)
        .query(Long.class)
        .single();
  }

  private List<String> indexes() {
    return jdbc.sql(
            """
            select indexname from pg_indexes
            where schemaname = 'events' and tablename = 'domain_event_entry_1' order by indexname
            """)
        .query(String.class)
        .list();
  }

  private long number(String query) {
    return jdbc.sql(query).query(Long.class).single();
  }
}
