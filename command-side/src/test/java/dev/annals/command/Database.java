package dev.annals.command;

import dev.annals.servers.Servers;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.function.SingletonSupplier;

/**
 * An empty PostgreSQL database, and command sides that share it: on the server named by {@code
 * SPRING_DATASOURCE_URL}, or else on an embedded one.
 */
public final class Database {

  /** The default master key. */
  public static final String MASTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  private static final Supplier<Server> SERVER = SingletonSupplier.of(Database::server);

  private final Server server = SERVER.get();
  private final String name = "annals_" + UUID.randomUUID().toString().replace("-", "");

  private record Server(String url, String user, String password) {

    DriverManagerDataSource dataSource(String database) {
      return new DriverManagerDataSource(urlOf(database), user, password);
    }

    String urlOf(String database) {
      return url.replaceFirst("(?<=[^/]/)[^/?]+(?=$|\\?)", database);
    }
  }

  private Database() {
    JdbcClient.create(server.dataSource("postgres")).sql("create database " + name).update();
  }

  /** Creates an empty database. */
  public static Database create() {
    return new Database();
  }

  /** Accesses the database without the program. */
  public JdbcClient jdbc() {
    return JdbcClient.create(server.dataSource(name));
  }

  /** Accesses the database before a program is started. */
  public DataSource dataSource() {
    return server.dataSource(name);
  }

  /** Accesses the database through {@link CountedDriver}. */
  public DataSource countedDataSource() {
    return new SimpleDriverDataSource(
        new CountedDriver(), server.urlOf(name), server.user(), server.password());
  }

  /** Starts a command side on the database. */
  public ConfigurableApplicationContext start() {
    return start(new SpringApplicationBuilder(CommandSide.class));
  }

  /** Starts a command side with additional classes in its context. */
  public ConfigurableApplicationContext start(Class<?>... more) {
    return start(new SpringApplicationBuilder(CommandSide.class).sources(more));
  }

  /** Starts a command side with settings of the form {@code --name=value}. */
  public ConfigurableApplicationContext start(String... settings) {
    return start(new SpringApplicationBuilder(CommandSide.class), settings);
  }

  /** Starts a command side with settings and additional classes. */
  public ConfigurableApplicationContext start(String[] settings, Class<?>... more) {
    return start(new SpringApplicationBuilder(CommandSide.class).sources(more), settings);
  }

  private ConfigurableApplicationContext start(
      SpringApplicationBuilder application, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(connection());
    all.addAll(
        List.of(
            "--server.port=0",
            "--management.server.port=0",
            "--annals.attachments.folder=target/attachments/" + name,
            "--annals.identity.bcrypt-cost=4",
            // All tests share one address.
            "--annals.limits.register.address.capacity=0",
            "--annals.limits.forgot-password.address.capacity=0"));
    if (all.stream().noneMatch(setting -> setting.startsWith("--annals.master-key="))) {
      all.add("--annals.master-key=" + MASTER_KEY);
    }
    if (all.stream().noneMatch(setting -> setting.startsWith("--spring.mail."))) {
      all.addAll(List.of("--spring.mail.host=127.0.0.1", "--spring.mail.port=1"));
    }
    return application.run(all.toArray(String[]::new));
  }

  /** Runs the command {@code migrate} of the command side. */
  public void migrate() {
    List<String> arguments = new ArrayList<>(List.of("migrate"));
    arguments.addAll(connection());
    CommandSide.main(arguments.toArray(String[]::new));
  }

  private List<String> connection() {
    return List.of(
        "--spring.datasource.url=" + server.urlOf(name),
        "--spring.datasource.username=" + server.user(),
        "--spring.datasource.password=" + server.password());
  }

  private static Server server() {
    Optional<String> url = Servers.variable("SPRING_DATASOURCE_URL");
    if (url.isPresent()) {
      return new Server(
          url.get(),
          Servers.variable("SPRING_DATASOURCE_USERNAME").orElse(null),
          Servers.variable("SPRING_DATASOURCE_PASSWORD").orElse(null));
    }
    try {
      return new Server(
          EmbeddedPostgres.start().getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
