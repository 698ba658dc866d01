package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgreSqlTest {
  @TempDir private Path folder;

  @Test
  void beginsAgainWithADatabaseThatWasHalfMade() throws Exception {
    try (DataFolder data = DataFolder.open(folder)) {
      Path halfMade = data.resolve("postgres");
      DataFolder.createPrivate(halfMade);
      Files.writeString(halfMade.resolve("postgresql.conf"), "");
      Files.writeString(data.resolve("postgres.unfinished"), "");

      try (EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(data);
          Connection connection = connect(postgres)) {
        assertThat(connection.isValid(5)).isTrue();
        assertThat(data.resolve("postgres.unfinished")).doesNotExist();
      }
    }
  }

  private static Connection connect(EmbeddedPostgreSql postgres) throws Exception {
    return DriverManager.getConnection(
        (String) postgres.properties().get("spring.datasource.url"), "postgres", "");
  }
}
