package dev.annals.standalone.http;

import dev.annals.servers.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The PostgreSQL below a deployment, to look into it past the program. */
public record Database(String url, String user, String password) {

  private static final String URL = "SPRING_DATASOURCE_URL";

  /** The one that the environment of the tests names. */
  static Optional<Database> ofEnvironment() {
    return Servers.named(URL).map(url -> named(name -> null));
  }

  /** The one that these variables name, those of the environment where there is none. */
  static Database named(UnaryOperator<String> variables) {
    UnaryOperator<String> all =
        name ->
            Optional.ofNullable(variables.apply(name)).or(() -> Servers.named(name)).orElse(null);
    return new Database(
        all.apply(URL),
        all.apply("SPRING_DATASOURCE_USERNAME"),
        all.apply("SPRING_DATASOURCE_PASSWORD"));
  }

  /** The embedded one that runs on that data folder. */
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

  /** A new connection to it. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  JdbcClient jdbc() {
    return JdbcClient.create(new DriverManagerDataSource(url, user, password));
  }
}
