package dev.annals.standalone;

import dev.annals.base.start.CannotStartException;
import dev.annals.base.start.ProductionRules;
import dev.annals.base.start.StoreAddress;
import dev.annals.projection.write.ModelDurability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Starts an embedded store for each one that the environment names no server for, and adds its
 * address to the environment. The stores stop with the process, after the application context has
 * closed.
 */
final class LocalStores implements ApplicationListener<ApplicationEvent> {

  /**
   * The properties that are read before the application context exists.
   *
   * @param dataDir the folder of the embedded stores, the attachments and the master key
   * @param openMailbox true if clients on other machines may read {@code /dev/mailbox}, whose mails
   *     hold links to new passwords; with {@code staging} the page does not exist
   */
  @ConfigurationProperties("annals")
  record Properties(
      @DefaultValue("data") String dataDir, @DefaultValue("false") boolean openMailbox) {}

  // A port without a server; by default the application would try the port of Redis.
  static final Map<String, Object> NO_REDIS =
      Map.of("spring.data.redis.url", "redis://127.0.0.1:1");

  private static final Bindable<List<String>> STRINGS = Bindable.listOf(String.class);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Map<String, Object> properties = new HashMap<>();
  private final Map<String, String> places = new LinkedHashMap<>();
  private EmbeddedMongo mongo;
  private MailboxController mailbox;
  private volatile Thread starting;
  private boolean stopped;

  @Override
  public void onApplicationEvent(ApplicationEvent event) {
    if (event instanceof ApplicationEnvironmentPreparedEvent prepared) {
      SpringApplication.getShutdownHandlers().add(this::stop);
      start(prepared.getEnvironment());
    } else if (event instanceof ApplicationContextInitializedEvent initialized) {
      ConfigurableListableBeanFactory beans = initialized.getApplicationContext().getBeanFactory();
      if (mongo != null) {
        beans.registerSingleton("modelDurability", (ModelDurability) mongo::commit);
      }
      if (mailbox != null) {
        beans.registerSingleton("mailboxController", mailbox);
      }
    }
  }

  /** Returns true if mails are shown at {@code /dev/mailbox} instead of being delivered. */
  boolean hasMailbox() {
    return mailbox != null;
  }

  /** Returns a description of each store by name, without credentials. */
  Map<String, String> places() {
    return places;
  }

  /**
   * Starts the stores. Shares its lock with {@link #stopStarted}, since a server cannot be stopped
   * while it starts and would survive the process.
   */
  private synchronized void start(ConfigurableEnvironment environment) {
    if (stopped) {
      return;
    }
    refuseInProduction(environment);
    starting = Thread.currentThread();
    try {
      Properties own = Binder.get(environment).bindOrCreate("annals", Properties.class);
      DataFolder data = DataFolder.open(Path.of(own.dataDir()));
      started.push(data);
      properties.put("annals.data-dir", data.toString());
      if (value(environment, "annals.master-key", "").isEmpty()) {
        properties.put("annals.master-key", MasterKeyFile.readOrCreate(data));
      }
      startPostgreSql(environment, data); // on another thread
      startMongo(environment, data);
      startRedis(environment, data);
      startMail(environment, own.openMailbox());
      places.put("Data folder", data.toString());
    } catch (IOException e) {
      throw unusable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStartException("The start was interrupted.", e);
    } finally {
      starting = null;
    }
    // First, so that a variable with an empty value does not override them.
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource("localStores", properties) {
              @Override
              public Object getProperty(String name) {
                Object value = super.getProperty(name);
                return value instanceof Supplier<?> later ? later.get() : value;
              }
            });
  }

  private static void refuseInProduction(ConfigurableEnvironment environment) {
    if (!environment.matchesProfiles(ProductionRules.PROFILE)) {
      return;
    }
    List<String> missing =
        Stream.of(
                "spring.datasource.url",
                "spring.mongodb.uri",
                "spring.data.redis.url",
                "spring.mail.host")
            .filter(
                name ->
                    name.startsWith("spring.data.redis.")
                        ? configuredRedis(environment).isEmpty()
                        : value(environment, name, "").isEmpty())
            .toList();
    if (!missing.isEmpty()) {
      throw new CannotStartException(
          "The profile prod embeds no servers: set %s.".formatted(String.join(", ", missing)));
    }
  }

  /**
   * Starts PostgreSQL on another thread. The first reader of an address or a password waits for it,
   * and fails if the start fails.
   */
  private void startPostgreSql(ConfigurableEnvironment environment, DataFolder data) {
    String configured = value(environment, "spring.datasource.url", "");
    if (configured.isEmpty()) {
      PostgreSqlStart start = new PostgreSqlStart(data);
      started.push(start);
      EmbeddedPostgreSql.PROPERTIES.forEach(
          name ->
              properties.put(
                  name, (Supplier<Object>) () -> start.server.join().properties().get(name)));
      // A fixed name, so that the process reclaims its own claims at once after a crash.
      properties.put("annals.instance", "standalone");
      configured = "embedded, in " + data.resolve(EmbeddedPostgreSql.FOLDER);
    }
    places.put("PostgreSQL", StoreAddress.withoutCredentials(configured));
  }

  private static final class PostgreSqlStart implements AutoCloseable {

    private final CompletableFuture<EmbeddedPostgreSql> server = new CompletableFuture<>();
    private final Thread thread;

    PostgreSqlStart(DataFolder data) {
      thread =
          new Thread(
              () -> {
                try {
                  server.complete(EmbeddedPostgreSql.start(data));
                } catch (IOException e) {
                  server.completeExceptionally(unusable(e));
                } catch (InterruptedException | RuntimeException | Error e) {
                  server.completeExceptionally(e);
                }
              },
              "postgresql-start");
      thread.start();
    }

    /** An interrupt ends the start and leaves nothing running. */
    @Override
    public void close() throws IOException, InterruptedException {
      thread.interrupt();
      thread.join();
      if (!server.isCompletedExceptionally()) {
        server.join().close();
      }
    }
  }

  private static CannotStartException unusable(IOException cause) {
    return new CannotStartException(
        "The data folder (annals.data-dir) cannot be used: " + cause.getMessage() + ".", cause);
  }

  private void startMongo(ConfigurableEnvironment environment, DataFolder data) {
    String configured =
        value(environment, "spring.mongodb.uri", value(environment, "spring.mongodb.host", ""));
    if (configured.isEmpty()) {
      mongo = new EmbeddedMongo(data);
      started.push(mongo);
      properties.putAll(mongo.properties());
      configured = mongo.toString();
    }
    places.put("MongoDB", StoreAddress.withoutCredentials(configured));
  }

  private void startRedis(ConfigurableEnvironment environment, DataFolder data)
      throws IOException, InterruptedException {
    String configured = configuredRedis(environment);
    if (configured.isEmpty()) {
      Optional<EmbeddedRedis> redis = EmbeddedRedis.start(data);
      redis.ifPresent(started::push);
      properties.putAll(redis.map(EmbeddedRedis::properties).orElse(NO_REDIS));
      configured =
          redis
              .map(EmbeddedRedis::toString)
              .orElse(
                  "none, since this build has no Redis for %s; set SPRING_DATA_REDIS_URL to use one"
                      .formatted(Platform.here()));
    }
    places.put("Redis", StoreAddress.withoutCredentials(configured));
  }

  /** Returns the servers of Redis in the order in which Boot decides, empty if none is named. */
  private static String configuredRedis(ConfigurableEnvironment environment) {
    return Stream.of("sentinel.nodes", "cluster.nodes", "masterreplica.nodes", "url", "host")
        .map(name -> Binder.get(environment).bind("spring.data.redis." + name, STRINGS))
        .map(nodes -> String.join(",", nodes.orElse(List.of())))
        .filter(StringUtils::hasText)
        .findFirst()
        .orElse("");
  }

  private void startMail(ConfigurableEnvironment environment, boolean open) {
    String configured = value(environment, "spring.mail.host", "");
    if (configured.isEmpty()) {
      EmbeddedMail mail = new EmbeddedMail();
      started.push(mail);
      properties.putAll(mail.properties());
      if (environment.matchesProfiles("staging")) {
        configured = "none, so mails are discarded; set SPRING_MAIL_HOST to use one";
      } else {
        mailbox = new MailboxController(mail, open);
        return;
      }
    }
    places.put("Mail server", configured);
  }

  private static String value(ConfigurableEnvironment environment, String name, String otherwise) {
    String value = environment.getProperty(name);
    return StringUtils.hasText(value) ? value.strip() : otherwise;
  }

  private void stop() {
    Thread unfinished = starting;
    if (unfinished != null) {
      // Ctrl-C may have stopped the starting server, too; waiting for its start would not end.
      unfinished.interrupt();
    }
    stopStarted();
  }

  private synchronized void stopStarted() {
    stopped = true;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        // The next start recovers the store; the others must still be stopped.
        System.err.println("A store cannot be stopped: " + e);
      }
    }
  }
}
