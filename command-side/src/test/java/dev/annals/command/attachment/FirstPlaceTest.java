package dev.annals.command.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.command.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tests when the migration lets bytes be deleted from the first place, the only one that earlier
 * versions know.
 */
class FirstPlaceTest {

  private final Database database = Database.create();

  FirstPlaceTest() {
    Flyway.configure().dataSource(database.dataSource()).target("18").load().migrate();
  }

  @Test
  void isFreeForDeletionAtOnceInANewDatabase() throws IOException {
    migrate();

    assertThat(removableIn(0)).isTrue();
  }

  @Test
  void isFreeForDeletionAnHourAfterAnUpgrade() throws IOException {
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

    assertThat(removableIn(59)).isFalse();
    assertThat(removableIn(61)).isTrue();
  }

  private void migrate() throws IOException {
    new JdbcTemplate(database.dataSource())
        .execute(
            new ClassPathResource("db/migration/V20__removed_bytes.sql")
                .getContentAsString(StandardCharsets.UTF_8));
  }

  private boolean removableIn(int minutes) {
    return database
        .jdbc()
        .sql(
            "select removable_from <= now() + make_interval(mins => ?) from attachment.first_place")
        .param(minutes)
        .query(Boolean.class)
        .single();
  }
}
