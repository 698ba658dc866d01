package dev.annals.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.start.CannotStartException;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Tests the command {@code migrate} and starts with {@code annals.migrate=false}. */
@ExtendWith(OutputCaptureExtension.class)
class SchemaMigrationTest {

  private final Database database = Database.create();

  @Test
  void migratesByTheCommandAndThenStartsWithoutAMigration(CapturedOutput output) {
    database.migrate();

    assertThat(output.getOut()).containsPattern("(?m)^The schema has version \\d+(\\.\\d+)?\\.$");
    long tables = tables();
    assertThat(tables).isPositive();
    try (ConfigurableApplicationContext program = database.start("--annals.migrate=false")) {
      assertThat(program.isRunning()).isTrue();
    }
    assertThat(tables()).isEqualTo(tables);
  }

  @Test
  void startsOnTheSchemaOfALaterVersion() {
    database.migrate();
    database
        .jdbc()
        .sql(
            """
            insert into flyway_schema_history
              (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
            values (9999, '9999', 'later', 'SQL', 'V9999__later.sql', 1, 'annals', 1, true)
            """)
        .update();

    try (ConfigurableApplicationContext program = database.start("--annals.migrate=false")) {
      assertThat(program.isRunning()).isTrue();
    }
  }

  /** The empty version is of an empty database. */
  @ParameterizedTest
  @ValueSource(strings = {"", "20"})
  void refusesToStartOnAnOlderSchemaAndLeavesIt(String version) {
    if (!version.isEmpty()) {
      Flyway.configure().dataSource(database.dataSource()).target(version).load().migrate();
    }
    long tables = tables();

    assertThatThrownBy(() -> database.start("--annals.migrate=false"))
        .rootCause()
        .isInstanceOf(CannotStartException.class)
        .hasMessage(
            "The schema of the database is not the one of this program, and annals.migrate is false:"
                + " run the command migrate of this version first.");
    assertThat(tables()).isEqualTo(tables);
  }

  private long tables() {
    return database
        .jdbc()
        .sql(
            "select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")
        .query(Long.class)
        .single();
  }
}
