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

/**
 * Lets one role into the embedded PostgreSQL, by a password that is new with each start, and nobody
 * else: not even the superuser. The role owns the database and all in it. A file of the data folder
 * has the password, for the folder's owner.
 */
final class DatabaseLogin {
  static final String ROLE = "annals";
  static final String FILE = "postgres.password";

  private static final String WHO_IS_LET_IN =
      """
      # Written by each start: anything else is lost.
      host postgres annals 127.0.0.1/32 scram-sha-256
      """;

  /** Changes nothing where it was run before, but for the password; and all of it, or nothing. */
  private static final String SCRIPT =
      """
      DO $$
      DECLARE
        change text;
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'annals') THEN
          CREATE ROLE annals;
        END IF;
        ALTER ROLE annals LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '%s';
        ALTER DATABASE postgres OWNER TO annals;
        FOR change IN
          SELECT format('ALTER %%s %%s OWNER TO annals', replace(type, 'composite ', ''), identity)
          FROM (
            SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspowner = 10
            UNION ALL
            SELECT 'pg_class'::regclass, oid FROM pg_class AS c
            WHERE relowner = 10 AND relkind IN ('r', 'p', 'v', 'm', 'c', 'S')
              -- A column's sequence follows its table.
              AND NOT (relkind = 'S' AND EXISTS (
                SELECT FROM pg_depend
                WHERE classid = 'pg_class'::regclass AND objid = c.oid AND refobjsubid > 0))
            UNION ALL
            SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE proowner = 10
            UNION ALL
            SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typowner = 10 AND typtype IN ('d', 'e', 'r')
          ) AS owned (catalog, id), pg_identify_object(catalog, id, 0)
          -- What is below came with the server.
          WHERE id >= 16384
        LOOP
          EXECUTE change;
        END LOOP;
      END $$;
      """;

  private final DataFolder data;
  private final String password = DataFolder.newPassword();

  private DatabaseLogin(DataFolder data) {
    this.data = data;
  }

  static DatabaseLogin withNewPassword(DataFolder data) {
    return new DatabaseLogin(data);
  }

  String password() {
    return password;
  }

  /** The login as the JDBC driver wants it. */
  Map<String, String> asDriverProperties() {
    return Map.of("user", ROLE, "password", password);
  }

  /**
   * Makes the role, in a database whose server does not run, and the owner of what an earlier
   * program's superuser made there. The next start puts right what a kill leaves.
   *
   * @param program PostgreSQL's
   * @param log what it says is added there
   */
  void allow(Path database, Path program, File log) {
    try {
      DataFolder.write(database.resolve("pg_hba.conf"), WHO_IS_LET_IN);
      run(database, program, log);
      DataFolder.write(data.resolve(FILE), password + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A server for one session, without a network, which nobody has to log in to. */
  private void run(Path database, Path program, File log) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of(program.toString(), "--single", "-j", "-D", database.toString()));
    // No statement in the log: one has what the password is checked by.
    command.addAll(List.of("-c", "exit_on_error=on", "-c", "log_min_error_statement=panic"));
    command.add("postgres");
    Process server =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    try (Writer statements = server.outputWriter(StandardCharsets.UTF_8)) {
      statements.write(SCRIPT.formatted(verifier()));
    }
    int code = server.waitFor();
    if (code != 0) {
      throw new IOException("The role of the database could not be made: exit code " + code);
    }
  }

  private String verifier() {
    return PasswordUtil.encodeScramSha256(password.toCharArray());
  }
}
