package dev.annals.standalone.http;

import dev.annals.servers.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Direct access to the PostgreSQL of a deployment. */
public record Database(String url, String user, String password) {

  private static final String URL = "SPRING_DATASOURCE_URL";

  /** Returns the database that the environment names. */
  static Optional<Database> ofEnvironment() {
    return Servers.variable(URL).map(url -> named(name -> null));
  }

  /** Returns the database that the variables name; the environment supplies missing ones. */
  static Database named(UnaryOperator<String> variables) {
    UnaryOperator<String> all =
        name ->
            Optional.ofNullable(variables.apply(name))
                .or(() -> Servers.variable(name))
                .orElse(null);
    return new Database(
        all.apply(URL),
        all.apply("SPRING_DATASOURCE_USERNAME"),
        all.apply("SPRING_DATASOURCE_PASSWORD"));
  }

  /** Returns the embedded database of a data folder. */
  public static Database in(Path data) {
    try {
      String port = Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3);
      return new Database(
          "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
          "annals",
          Files.readString(data.resolve("postgres.password")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a connection. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  /**
   * Stores a copy of the first event of an aggregate, with a changed payload, as a new aggregate.
   *
   * @return its id
   */
  String storeCopy(String aggregate, UnaryOperator<String> change) {
    String copy = UUID.randomUUID().toString();
    byte[] payload =
        jdbc()
            .sql(
                """
                select payload from events.domain_event_entry
                where aggregate_identifier = ? and sequence_number = 0
                """)
            .param(aggregate)
            .query(byte[].class)
            .single();
    jdbc()
        .sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier,
              sequence_number, type, time_stamp, payload_type, payload_revision, payload, meta_data)
            select gen_random_uuid()::text, ?, 0, type, time_stamp, payload_type, payload_revision,
              convert_to(?, 'UTF8'), meta_data
            from events.domain_event_entry where aggregate_identifier = ? and sequence_number = 0
            """)
        .params(copy, change.apply(new String(payload, StandardCharsets.UTF_8)), aggregate)
        .update();
    return copy;
  }

  JdbcClient jdbc() {
    return JdbcClient.create(new DriverManagerDataSource(url, user, password));
  }
}
