package dev.annals.servers;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * A server of the embedded PostgreSQL that can be copied, promoted, frozen and killed. It keeps its
 * port. Its superuser is {@code postgres}, without a password.
 */
public final class PostgresServer implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final int MAX_CONNECTIONS = 200;

  private final Path program;
  private final Path data;
  private final int port = FreePorts.next();
  private Process process;

  private PostgresServer(Path program, Path data) {
    this.program = program;
    this.data = data;
  }

  /** Creates the data of a server in a folder, and starts the server. */
  public static PostgresServer start(Path folder) throws IOException {
    Path data = folder.resolve("data");
    Path programs = Files.createDirectories(folder.resolve("programs"));
    EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(programs.toFile())
        .setLocaleConfig("locale", "C")
        .start()
        .close();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(programs, "PG-*")) {
      Path program = found.iterator().next().resolve("bin/postgres");
      return new PostgresServer(program, data).start();
    }
  }

  /** Copies the running server to a folder and starts the copy as its standby. */
  public PostgresServer standby(Path folder) throws IOException {
    return new PostgresServer(program, folder).follow(this);
  }

  /** Replaces the data of this server, which does not run, and starts it as a standby. */
  public PostgresServer follow(PostgresServer primary) throws IOException {
    FileSystemUtils.deleteRecursively(data);
    try (Connection connection = primary.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('standby', true)");
      primary.copyTo(data);
      ResultSet label = statement.executeQuery("select labelfile from pg_backup_stop(false)");
      label.next();
      Files.writeString(data.resolve("backup_label"), label.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Files.createFile(data.resolve("standby.signal"));
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres application_name=standby'\n"
            .formatted(primary.port));
    return start();
  }

  // Files that are gone meanwhile are in the log, which the standby reads.
  private void copyTo(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    List<Path> files;
    try (Stream<Path> all = Files.walk(data)) {
      files = all.filter(file -> !file.equals(data)).toList();
    }
    for (Path file : files) {
      Path copy = folder.resolve(data.relativize(file));
      if (Files.isDirectory(file)) {
        Files.createDirectory(copy);
      } else if (Files.exists(file) && !file.endsWith("postmaster.pid")) {
        Files.copy(file, copy);
      }
    }
  }

  /** Starts the server again, with the settings that it had. */
  public PostgresServer start() {
    List<String> command = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      command.addAll(List.of("unshare", "-U")); // It refuses to run as root.
    }
    command.addAll(List.of(program.toString(), "-D", data.toString(), "-p", "" + port));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=" + MAX_CONNECTIONS,
            "autovacuum=off")) {
      command.addAll(List.of("-c", setting));
    }
    try {
      Path log = data.resolveSibling(data.getFileName() + ".log");
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    await().atMost(START).ignoreExceptions().until(() -> !read("select 1").isEmpty());
    return this;
  }

  /** Returns the host and port. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Returns the URL of the database of one server or of several. */
  public static String url(PostgresServer... servers) {
    return Stream.of(servers)
        .map(PostgresServer::address)
        .collect(Collectors.joining(",", "jdbc:postgresql://", "/postgres"));
  }

  /** Opens a connection. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(this), "postgres", "");
  }

  /** Executes statements. */
  public void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the first value of a query as text. */
  public String read(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets commits wait for the standby, and waits until it is connected. */
  public void waitForStandby() {
    execute("alter system set synchronous_standby_names = 'standby'", "select pg_reload_conf()");
    await()
        .atMost(START)
        .until(() -> read("select min(sync_state) from pg_stat_replication"), "sync"::equals);
  }

  /** Makes the standby a primary. */
  public void promote() {
    execute("select pg_promote()");
  }

  /** Kills all processes of the server with SIGKILL and waits for their end. */
  public void kill() {
    List<ProcessHandle> all = processes();
    all.forEach(ProcessHandle::destroyForcibly);
    all.stream().map(ProcessHandle::onExit).forEach(CompletableFuture::join);
  }

  /** Freezes the server: it accepts connections, but does not answer. */
  public void freeze() {
    signal("STOP");
  }

  /** Continues the frozen server. */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    processes().forEach(each -> command.add("" + each.pid()));
    try {
      new ProcessBuilder(command).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  @Override
  public void close() {
    kill();
  }
}
