package dev.annals.standalone;

import dev.annals.base.start.CannotStartException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.Resource;
import org.springframework.util.DigestUtils;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL server on loopback that keeps all acknowledged transactions: after a kill of the
 * program or the server, the next start recovers them. One role, not a superuser, can log in.
 */
record EmbeddedPostgreSql(EmbeddedPostgres server, DatabaseLogin login) implements AutoCloseable {

  static final String FOLDER = "postgres";

  /** The names of {@link #properties()}. */
  static final List<String> PROPERTIES =
      List.of("spring.datasource.url", "spring.datasource.username", "spring.datasource.password");

  // Recovery after a crash replays up to a gigabyte of log before the server answers.
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /**
   * Starts the server; the first start creates the database.
   *
   * <p>An interrupt ends the start and leaves nothing running.
   *
   * @throws CannotStartException if PostgreSQL cannot run in that folder, or this build has none
   *     for this machine
   */
  static EmbeddedPostgreSql start(DataFolder data) throws IOException, InterruptedException {
    Resource archive = archive();
    Path folder = data.resolve(FOLDER);
    // Marks an incomplete database, which the library would accept as complete. It exists from
    // before
    // initdb until the first start has succeeded.
    Path unfinished = data.resolve("postgres.unfinished");
    OrphanedPostgres orphans = new OrphanedPostgres(folder);
    orphans.stop();
    if (Files.exists(unfinished)) {
      FileSystemUtils.deleteRecursively(folder);
    }
    if (Files.notExists(folder)) {
      Files.writeString(unfinished, "");
      data.force();
      DataFolder.createPrivate(folder);
    }
    refuseUnreachable(folder);
    Path log = data.resolve("postgres.log");
    Files.deleteIfExists(log);
    DatabaseLogin login = new DatabaseLogin(data);
    try {
      EmbeddedPostgres server = run(folder, binaries(data), log.toFile(), archive, login);
      // The library ignores the interrupt.
      if (Thread.interrupted()) {
        throw new InterruptedIOException();
      }
      if (Files.deleteIfExists(unfinished)) {
        data.force();
      }
      return new EmbeddedPostgreSql(server, login);
    } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
      Thread.interrupted();
      orphans.stop();
      throw new CannotStartException(
          "The embedded PostgreSQL in %s does not start%s."
              .formatted(folder, Files.exists(log) ? "; its log is " + log : ""),
          e);
    }
  }

  private static Resource archive() {
    Platform platform = Platform.here();
    return platform
        .postgreSql()
        .orElseThrow(
            () ->
                new CannotStartException(
                    "This build has no PostgreSQL for %s: set SPRING_DATASOURCE_URL to a server in its place."
                        .formatted(platform)));
  }

  private static EmbeddedPostgres run(
      Path folder, Path binaries, File log, Resource archive, DatabaseLogin login)
      throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setPgBinaryResolver((system, machine) -> archive.getInputStream())
            .setDataDirectory(folder)
            .setCleanDataDirectory(false)
            .setOverrideWorkingDirectory(binaries.toFile())
            // Its hook would run beside Spring's and stop the store during the last requests.
            .setRegisterShutdownHook(false)
            .setPGStartupWait(START_TIMEOUT)
            .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log))
            .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log))
            // Sorts text by code point on every machine.
            .setLocaleConfig("locale", "C")
            .setLocaleConfig("locale-provider", "builtin")
            .setLocaleConfig("builtin-locale", "C.UTF-8")
            // The library, made for tests, turns off both.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            // Each commit flushes the log itself. The log's writer would wake five times a second.
            .setServerConfig("wal_writer_delay", "10s")
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("unix_socket_directories", "")
            // Errors go to the client. Logged errors would quote rows and fill the disk.
            .setServerConfig("log_min_messages", "log")
            .setServerConfig("log_checkpoints", "off")
            // Runs after initdb, which allows every login, and before the server starts.
            .setDataDirectoryCustomizer(
                created -> login.allow(folder, program(binaries, archive), log));
    login.asDriverProperties().forEach(builder::setConnectConfig);
    return builder.start();
  }

  /**
   * Returns the folder of the unpacked programs. It is in the data folder, since other users can
   * write to the temporary folder. Incomplete programs, which a kill during unpacking leaves, are
   * deleted; the library would keep them.
   */
  private static Path binaries(DataFolder data) throws IOException {
    Path binaries = data.resolve("postgres-binaries");
    if (Files.exists(binaries)) {
      try (DirectoryStream<Path> versions = Files.newDirectoryStream(binaries)) {
        for (Path version : versions) {
          if (Files.notExists(version.resolve(".exists"))) {
            FileSystemUtils.deleteRecursively(version);
          }
        }
      }
    }
    return binaries;
  }

  /** Returns the path of the server's program, as the library chooses it. */
  private static Path program(Path binaries, Resource archive) {
    try (InputStream packed = archive.getInputStream()) {
      return binaries.resolve("PG-" + DigestUtils.md5DigestAsHex(packed)).resolve("bin/postgres");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses a folder that PostgreSQL cannot reach. PostgreSQL does not run as root, so the library
   * starts it in a user namespace, in which it owns root's files but cannot bypass permissions.
   */
  private static void refuseUnreachable(Path folder) throws IOException, InterruptedException {
    if (!LinuxUtils.isUnshareAvailable()) {
      return;
    }
    Process check = new ProcessBuilder("unshare", "-U", "test", "-w", folder.toString()).start();
    if (check.waitFor() != 0) {
      throw new CannotStartException(
          "PostgreSQL, which does not run with root's rights, cannot reach %s (annals.data-dir): a parent folder belongs to another user."
              .formatted(folder));
    }
  }

  /** Returns the properties that connect the application to this server. */
  Map<String, Object> properties() {
    return Map.of(
        "spring.datasource.url",
        "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(server.getPort()),
        "spring.datasource.username",
        DatabaseLogin.ROLE,
        "spring.datasource.password",
        login.password());
  }

  /** Stops the server without waiting for its clients; takes at most 5 s. */
  @Override
  public void close() throws IOException {
    server.close();
  }
}
