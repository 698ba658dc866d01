package dev.annals.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.command.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Positions of transactions that do not commit. */
class HighWaterMarkTest {

  private static final String EVENT =
      """
      insert into events.domain_event_entry (event_identifier, aggregate_identifier,
        sequence_number, type, time_stamp, payload_type, payload, meta_data)
      values (gen_random_uuid()::text, gen_random_uuid()::text, 0, 'Note', '', 'Nothing', '', '')
      """;

  private final Database database = Database.create();
  private final JdbcClient jdbc = database.jdbc();
  private final HighWaterMark highWaterMark = new HighWaterMark(jdbc);

  @BeforeEach
  void migrate() {
    Flyway.configure().dataSource(database.dataSource()).load().migrate();
    jdbc.sql(EVENT).update();
  }

  @Test
  void isNotBeyondTheLastEventSinceAFailoverMayDrawThosePositionsAgain() throws SQLException {
    try (Connection lost = database.dataSource().getConnection()) {
      lost.setAutoCommit(false);
      lost.createStatement().execute(EVENT);
      lost.createStatement().execute(EVENT);
      assertThat(highWaterMark.refresh()).isZero();
      lost.rollback();
    }
    jdbc.sql("select setval('events.domain_event_entry_global_index_seq', 1)").query(row -> {});

    await().until(() -> highWaterMark.refresh() != 0);
    assertThat(highWaterMark.current()).isEqualTo(1);
    assertThat(highWaterMark.await(Duration.ofSeconds(5))).isEqualTo(1);
    jdbc.sql(EVENT).update();
    assertThat(highWaterMark.await(Duration.ofSeconds(5))).isEqualTo(2);
  }
}
