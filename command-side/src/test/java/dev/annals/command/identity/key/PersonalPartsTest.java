package dev.annals.command.identity.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.command.Database;
import dev.annals.platform.crypto.MasterKey;
import dev.annals.platform.crypto.StoredSubjectKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests the time from which ciphertexts name their component, which older programs cannot read. */
class PersonalPartsTest {

  private final Database database = Database.create();

  PersonalPartsTest() {
    Flyway.configure().dataSource(database.dataSource()).target("14").load().migrate();
  }

  @Test
  void areNamedImmediatelyInAnEmptyDatabase() throws IOException {
    migrate();

    assertThat(namePartsIn(Duration.ZERO)).isTrue();
  }

  @Test
  void areNamedAnHourAfterTheUpgradeOfADatabaseWithEvents() throws IOException {
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
    migrate();

    assertThat(namePartsIn(Duration.ZERO)).isFalse();
    assertThat(namePartsIn(Duration.ofMinutes(59))).isFalse();
    assertThat(namePartsIn(Duration.ofMinutes(61))).isTrue();
  }

  private void migrate() throws IOException {
    new JdbcTemplate(database.dataSource())
        .execute(
            new ClassPathResource("db/migration/V18__personal_parts.sql")
                .getContentAsString(StandardCharsets.UTF_8));
  }

  private boolean namePartsIn(Duration time) {
    return new StoredSubjectKeys(
            database.jdbc(),
            new MasterKey(Database.MASTER_KEY),
            Clock.offset(Clock.systemUTC(), time))
        .bindsToField();
  }
}
