package dev.annals.standalone;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postgresql.util.PasswordUtil;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;

/**
 * Allows one role, {@code annals}, to log in to the embedded PostgreSQL, with a new password at
 * each start; the superuser cannot log in. The role owns the database and its objects. A file of
 * the data folder holds the password.
 */
final class DatabaseLogin {
  static final String ROLE = "annals";
  static final String FILE = "postgres.password";

  private static final String PG_HBA =
      """
      # Overwritten at each start.
      host postgres annals 127.0.0.1/32 scram-sha-256
      """;

  /** Creates the role and sets its password and ownership, in one transaction; repeatable. */
  private static final Resource SCRIPT = new ClassPathResource("database-login.sql");

  private final DataFolder data;
  private final String password = DataFolder.newPassword();

  DatabaseLogin(DataFolder data) {
    this.data = data;
  }

  String password() {
    return password;
  }

  /** Returns the login as properties of the JDBC driver. */
  Map<String, String> asDriverProperties() {
    return Map.of("user", ROLE, "password", password);
  }

  /**
   * Creates the role in a database whose server is stopped, and makes it the owner of objects that
   * an earlier program created as the superuser. After a kill the next start repeats this.
   *
   * @param program the PostgreSQL server's program
   * @param log the file that its output is appended to
   */
  void allow(Path database, Path program, File log) {
    try {
      DataFolder.write(database.resolve("pg_hba.conf"), PG_HBA);
      run(database, program, log);
      DataFolder.write(data.resolve(FILE), password + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs the script in PostgreSQL's single-user mode, which needs no login. */
  private void run(Path database, Path program, File log) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of(program.toString(), "--single", "-j", "-D", database.toString()));
    // Logs no statements, since one contains the password's verifier.
    command.addAll(List.of("-c", "exit_on_error=on", "-c", "log_min_error_statement=panic"));
    command.add("postgres");
    Process server =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    try (Writer statements = server.outputWriter(StandardCharsets.UTF_8)) {
      statements.write(
          SCRIPT
              .getContentAsString(StandardCharsets.UTF_8)
              .replace("${password}", PasswordUtil.encodeScramSha256(password.toCharArray())));
    }
    int code = server.waitFor();
    if (code != 0) {
      throw new IOException("The database role cannot be created: exit code " + code);
    }
  }
}
