package dev.annals.eventstore.aggregate;

import dev.annals.base.start.AnnalsApplication;
import dev.annals.eventstore.primary.PrimaryConfiguration;
import dev.annals.http.time.PeriodicTasks;
import org.flywaydb.core.Flyway;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The command {@code migrate} of a program: it only migrates the schema, and needs only the
 * properties of the database.
 */
public final class SchemaMigration {

  private static final String COMMAND = "migrate";

  private SchemaMigration() {}

  /** Returns whether the first argument is the command. */
  public static boolean isRequested(String[] arguments) {
    return arguments.length > 0 && arguments[0].equals(COMMAND);
  }

  /**
   * Migrates the schema, prints its version, and returns. If this fails, it prints one sentence and
   * exits with code 1.
   */
  public static void run(String[] arguments) {
    try (ConfigurableApplicationContext migrated =
        AnnalsApplication.startWithoutServer(
            arguments,
            DataSourceAutoConfiguration.class,
            FlywayAutoConfiguration.class,
            PeriodicTasks.class,
            PrimaryConfiguration.class,
            SchemaConfiguration.class)) {
      System.out.println(
          "The schema has version %s."
              .formatted(migrated.getBean(Flyway.class).info().current().getVersion()));
    }
  }
}
