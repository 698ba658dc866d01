package dev.annals.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.crypto.MasterKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests the changes that a process makes only an hour after an upgrade, when no older one runs. */
class UpgradeDelayTest {

  private final Database database = Database.create();

  enum Change {
    /** Ciphertexts name their component, which older programs cannot read. */
    NAMED_PARTS("14", "V18__personal_parts.sql") {
      @Override
      boolean isMade(Database database, Duration later) {
        return new StoredSubjectKeys(
                database.jdbc(),
                new MasterKey(Database.MASTER_KEY),
                Clock.offset(Clock.systemUTC(), later))
            .bindsToField();
      }
    },
    /** Bytes are deleted from the first place, the only one that older programs know. */
    DELETION_FROM_FIRST_PLACE("18", "V20__removed_bytes.sql") {
      @Override
      boolean isMade(Database database, Duration later) {
        return database
            .jdbc()
            .sql(
                "select removable_from <= now() + make_interval(mins => ?) from attachment.first_place")
            .param((int) later.toMinutes())
            .query(Boolean.class)
            .single();
      }
    },
    /** Indexes are dropped by which older programs find events for auditors. */
    DROP_OF_FORMER_INDEXES("20", "V21__audit_entries.sql") {
      @Override
      boolean isMade(Database database, Duration later) {
        return database
            .jdbc()
            .sql(
                """
                select not exists (
                  select from events.former_index where droppable_from > now() + make_interval(mins => ?))
                """)
            .param((int) later.toMinutes())
            .query(Boolean.class)
            .single();
      }
    };

    private final String version;
    private final String migration;

    Change(String version, String migration) {
      this.version = version;
      this.migration = migration;
    }

    abstract boolean isMade(Database database, Duration later);
  }

  @ParameterizedTest
  @EnumSource
  void isMadeAtOnceInANewDatabase(Change change) throws IOException {
    migrateTo(change);
    migrate(change);

    assertThat(change.isMade(database, Duration.ZERO)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void isMadeAnHourAfterTheUpgradeOfADatabaseWithEvents(Change change) throws IOException {
    migrateTo(change);
    database
        .jdbc()
        .sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number,
                                                   type, time_stamp, payload_type, payload, meta_data)
            values ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000a', 0, 'Note',
                    '2026-11-22T05:50:00Z', 'dev.annals.events.note.NoteDeleted', '{}', '{}')
            """)
        .update();
    migrate(change);

    assertThat(change.isMade(database, Duration.ZERO)).isFalse();
    assertThat(change.isMade(database, Duration.ofMinutes(59))).isFalse();
    assertThat(change.isMade(database, Duration.ofMinutes(61))).isTrue();
  }

  private void migrateTo(Change change) {
    Flyway.configure().dataSource(database.dataSource()).target(change.version).load().migrate();
  }

  private void migrate(Change change) throws IOException {
    new JdbcTemplate(database.dataSource())
        .execute(
            new ClassPathResource("db/migration/" + change.migration)
                .getContentAsString(StandardCharsets.UTF_8));
  }
}
