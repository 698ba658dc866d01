package dev.annals.benchmark;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The PostgreSQL that all programs share, each with its own database, configured as the product's.
 */
final class Database implements AutoCloseable {

  private final EmbeddedPostgres server;
  private final ProcessHandle process;

  private Database(EmbeddedPostgres server, ProcessHandle process) {
    this.server = server;
    this.process = process;
  }

  static Database start(Path folder) throws IOException {
    Path data = folder.resolve("postgres");
    Path log = folder.resolve("postgres.log");
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setOverrideWorkingDirectory(folder.resolve("postgres-binaries").toFile())
            .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .setLocaleConfig("locale", "C")
            .setLocaleConfig("locale-provider", "builtin")
            .setLocaleConfig("builtin-locale", "C.UTF-8")
            // The library is for tests and turns both off.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("log_checkpoints", "off")
            .start();
    String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip();
    return new Database(server, ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
  }

  void create(String name) throws SQLException {
    execute("postgres", "create database " + name);
  }

  void execute(String database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String ask(String database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), "postgres", "");
  }

  /** Returns the variables of a program on Spring Boot. */
  Map<String, String> springVariables(String database) {
    return Map.of(
        "SPRING_DATASOURCE_URL",
        url(database),
        "SPRING_DATASOURCE_USERNAME",
        "postgres",
        "SPRING_DATASOURCE_PASSWORD",
        "");
  }

  /** Returns the variables of PostgreSQL's own clients. */
  Map<String, String> clientVariables(String database) {
    return Map.of(
        "PGHOST",
        "127.0.0.1",
        "PGPORT",
        Integer.toString(server.getPort()),
        "PGUSER",
        "postgres",
        "PGDATABASE",
        database);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database;
  }

  ProcessHandle process() {
    return process;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
