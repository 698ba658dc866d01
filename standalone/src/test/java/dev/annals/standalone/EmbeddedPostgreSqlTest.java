package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.start.CannotStartException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedPostgreSqlTest {
  private static final String ARCHITECTURE = "os.arch";

  @TempDir private Path folder;

  @Test
  void recreatesAnIncompleteDatabase() throws Exception {
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

  @Test
  void allowsOnlyTheLoginOfARoleThatIsNoSuperuser() throws Exception {
    try (DataFolder data = DataFolder.open(folder);
        EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(data);
        Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      assertThat(login(postgres, "postgres", "")).isEqualTo("28000");
      assertThat(login(postgres, "postgres", password(postgres))).isEqualTo("28000");
      assertThat(login(postgres, "annals", "")).isEqualTo("08004");
      assertThat(login(postgres, "annals", "annals")).isEqualTo("28P01");
      assertThat(login(postgres, "annals", password(postgres))).isEqualTo("none");
      assertThat(refusal(statement, "copy (select 1) to program 'true'")).isEqualTo("42501");
      assertThat(refusal(statement, "select pg_read_file('/etc/passwd')")).isEqualTo("42501");
      assertThat(refusal(statement, "set role postgres")).isEqualTo("42501");
      assertThat(refusal(statement, "create role another")).isEqualTo("42501");
      assertThat(folder.resolve("postgres.password"))
          .content()
          .isEqualTo(password(postgres) + "\n");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("postgres.password"))))
          .isEqualTo("rw-------");
      assertThat(folder.resolve("postgres.log")).content().doesNotContain("SCRAM-SHA-256", "ALTER");
    }
  }

  @Test
  void takesOwnershipOfObjectsThatASuperuserCreated() throws Exception {
    try (DataFolder data = DataFolder.open(folder)) {
      makeAsBefore(data);

      try (EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(data);
          Connection connection = connect(postgres);
          Statement statement = connection.createStatement()) {
        assertThat(ownedBySuperusers(statement)).isEmpty();
        assertThat(login(postgres, "postgres", "")).isEqualTo("28000");
        statement.execute("insert into old.kept values (default, 'b', '(1)')");
        assertThat(query(statement, "select string_agg(text, ',' order by id) from old.seen"))
            .containsExactly("a,b");
        statement.execute("alter table old.kept add column more old.level");
        statement.execute("refresh materialized view old.copied");
        statement.execute("drop function old.one()");
        statement.execute("create schema fresh");
        statement.execute("create table public.fresh (id int)");
      }

      // The state after a kill between two steps.
      Files.delete(data.resolve("postgres.password"));
      Files.writeString(data.resolve("postgres/pg_hba.conf"), "");
      try (EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(data);
          Connection connection = connect(postgres);
          Statement statement = connection.createStatement()) {
        assertThat(query(statement, "select count(*) from old.kept")).containsExactly("2");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"riscv64, linux-riscv64", "s390x, linux-s390x"})
  void refusesAPlatformWithoutAPackagedPostgreSql(String arch, String platform) throws Exception {
    String real = System.setProperty(ARCHITECTURE, arch);
    try (DataFolder data = DataFolder.open(folder)) {
      assertThatThrownBy(() -> EmbeddedPostgreSql.start(data))
          .isInstanceOf(CannotStartException.class)
          .hasMessage(
              "This build has no PostgreSQL for %s: set SPRING_DATASOURCE_URL to a server in its place.",
              platform);
      assertThat(data.resolve("postgres")).doesNotExist();
      assertThat(EmbeddedRedis.start(data)).isEmpty();
    } finally {
      System.setProperty(ARCHITECTURE, real);
    }
  }

  /** Creates one object of each kind as the superuser, as earlier programs did. */
  private static void makeAsBefore(DataFolder data) throws Exception {
    try (EmbeddedPostgres before =
            EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(data.resolve("postgres-binaries").toFile())
                .start();
        Connection connection = before.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          create schema old;
          create type old.level as enum ('low', 'high');
          create domain old.short as varchar(9);
          create type old.span as range (subtype = int4);
          create type old.pair as (first int);
          create sequence old.alone;
          create table old.kept (id bigserial primary key, text old.short, pair old.pair);
          create table old.numbered (id int generated always as identity, at int) partition by range (at);
          create table old.part partition of old.numbered for values from (0) to (9);
          create index on old.kept (text);
          create view old.seen as select id, text from old.kept;
          create materialized view old.copied as select * from old.kept;
          create function old.one() returns int language sql immutable as 'select 1';
          create procedure old.none() language sql as 'select 1';
          create table public.history (version text);
          insert into old.kept (text) values ('a');
          """);
    }
  }

  /** Returns the objects that the role does not own, without the system catalog. */
  private static List<String> ownedBySuperusers(Statement statement) throws SQLException {
    List<String> found = new ArrayList<>();
    for (String lookUp :
        query(
            statement,
            """
            select format('select %L || oid from %s where oid >= 16384 and %I <> ''annals''::regrole',
              relname || ' ', attrelid::regclass, attname)
            from pg_attribute join pg_class on pg_class.oid = attrelid
            where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r' and attname like '%owner' and atttypid = 'oid'::regtype
              and exists (
                select from pg_attribute where attrelid = pg_class.oid and attname = 'oid')
            """)) {
      found.addAll(query(statement, lookUp));
    }
    return found;
  }

  private static List<String> query(Statement statement, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private static String refusal(Statement statement, String sql) {
    try {
      statement.execute(sql);
      return "none";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  private static String login(EmbeddedPostgreSql postgres, String user, String password) {
    try (Connection connection = connect(postgres, user, password)) {
      return "none";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  private static String password(EmbeddedPostgreSql postgres) {
    return (String) postgres.properties().get("spring.datasource.password");
  }

  private static Connection connect(EmbeddedPostgreSql postgres) throws SQLException {
    return connect(
        postgres,
        (String) postgres.properties().get("spring.datasource.username"),
        password(postgres));
  }

  private static Connection connect(EmbeddedPostgreSql postgres, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(
        (String) postgres.properties().get("spring.datasource.url"), user, password);
  }
}
