package dev.annals.standalone;

import dev.annals.platform.start.CannotStartException;
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
import java.util.Map;
import org.springframework.core.io.Resource;
import org.springframework.util.DigestUtils;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL server of this program's own, on loopback, that loses nothing it has acknowledged:
 * whatever was killed, the next start recovers. It lets in one role, which is no superuser.
 */
final class EmbeddedPostgreSql implements AutoCloseable {
  static final String FOLDER = "postgres";

  // Recovery after a crash replays up to a gigabyte of log before the server answers.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final EmbeddedPostgres server;
  private final DatabaseLogin login;

  private EmbeddedPostgreSql(Path folder, EmbeddedPostgres server, DatabaseLogin login) {
    this.folder = folder;
    this.server = server;
    this.login = login;
  }

  /**
   * Starts the server, making its database in the first start.
   *
   * <p>An interrupt ends the start and leaves nothing running.
   *
   * @throws CannotStartException when PostgreSQL cannot run in that folder, or this build has none
   *     for this machine
   */
  static EmbeddedPostgreSql start(DataFolder data) throws IOException, InterruptedException {
    Resource archive = archive();
    Path folder = data.resolve(FOLDER);
    // There from before the database is made until its server ran once. The library takes a
    // half-made database for a
    // whole one.
    Path unfinished = data.resolve("postgres.unfinished");
    OrphanedPostgres leftBehind = new OrphanedPostgres(folder);
    leftBehind.stop();
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
    DatabaseLogin login = DatabaseLogin.withNewPassword(data);
    try {
      EmbeddedPostgres server = run(folder, binaries(data), log.toFile(), archive, login);
      // The library returns as if all were well.
      if (Thread.interrupted()) {
        throw new InterruptedIOException();
      }
      if (Files.deleteIfExists(unfinished)) {
        data.force();
      }
      return new EmbeddedPostgreSql(folder, server, login);
    } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
      Thread.interrupted();
      leftBehind.stop();
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
            // Its hook would run beside Spring's, and take the store from under requests that are
            // being finished.
            .setRegisterShutdownHook(false)
            .setPGStartupWait(PATIENCE)
            .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log))
            .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log))
            // The same order of text on every machine, whatever its locale: by code point.
            .setLocaleConfig("locale", "C")
            .setLocaleConfig("locale-provider", "builtin")
            .setLocaleConfig("builtin-locale", "C.UTF-8")
            // The library, made for tests, turns both off.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("unix_socket_directories", "")
            // Errors go to the client. A log of them would quote rows, and grow for ever.
            .setServerConfig("log_min_messages", "log")
            .setServerConfig("log_checkpoints", "off")
            // Between initdb, which lets everybody in, and the server.
            .setDataDirectoryCustomizer(
                made -> login.allow(folder, program(binaries, archive), log));
    login.asDriverProperties().forEach(builder::setConnectConfig);
    return builder.start();
  }

  /**
   * The programs are kept beside the data: anybody could have put theirs into the temporary folder.
   * A kill may have come while they were unpacked, and the library would keep a half-written file.
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

  /** The server's program, where the library has put it. */
  private static Path program(Path binaries, Resource archive) {
    try (InputStream packed = archive.getInputStream()) {
      return binaries.resolve("PG-" + DigestUtils.md5DigestAsHex(packed)).resolve("bin/postgres");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * PostgreSQL refuses to run as root, so the library starts it in a user namespace: there it still
   * owns root's files, but has lost root's way past permissions.
   */
  private static void refuseUnreachable(Path folder) throws IOException, InterruptedException {
    if (!LinuxUtils.isUnshareAvailable()) {
      return;
    }
    Process look = new ProcessBuilder("unshare", "-U", "test", "-w", folder.toString()).start();
    if (look.waitFor() != 0) {
      throw new CannotStartException(
          "PostgreSQL, which does not run with root's rights, cannot reach %s (annals.data-dir): a parent folder belongs to another user."
              .formatted(folder));
    }
  }

  /** What the application has to know to use this server. */
  Map<String, Object> properties() {
    return Map.of(
        "spring.datasource.url",
        "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(server.getPort()),
        "spring.datasource.username",
        DatabaseLogin.ROLE,
        "spring.datasource.password",
        login.password());
  }

  /** Stops the server, without waiting for its clients. Takes at most 5 s. */
  @Override
  public void close() throws IOException {
    server.close();
  }

  @Override
  public String toString() {
    return "embedded, in " + folder;
  }
}
