package dev.annals.standalone;

import static org.awaitility.Awaitility.await;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.annals.servers.FreePorts;
import dev.annals.servers.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The gateway, command sides and query sides as separate processes. Their stores are the servers
 * that the environment names, or else servers in this JVM that stop with this object. A restarted
 * process keeps its port.
 */
public final class SplitDeployment implements AutoCloseable {
  // No secret: used in tests only.
  private static final String MASTER_KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String COMMAND_SIDE = "annals.command-side.jar";
  private static final String ROLES = "ANNALS_ROLES";
  private static final String QUERY_SIDE = "annals.query-side.jar";

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final List<Service> commandSides = new ArrayList<>();
  private final List<Service> querySides = new ArrayList<>();
  private final Map<String, String> variables;
  private final Map<String, String> stores;
  // Variables that lead to the proxies instead of the stores.
  private final Map<String, String> detours = new HashMap<>();
  private final Map<Store, TcpProxy> proxies = new EnumMap<>(Store.class);
  // Processes that no test contacts directly.
  private final List<Service> others = new ArrayList<>();
  private final List<Service> gateways = new ArrayList<>();
  private Optional<Name> named = Optional.empty();

  private SplitDeployment(Map<String, String> variables) throws Exception {
    this.variables = Map.copyOf(variables);
    stores = startStores();
  }

  /** A store of the programs. */
  public enum Store {
    POSTGRESQL,
    MONGODB,
    REDIS,
    SMTP
  }

  /**
   * The number of processes.
   *
   * @param ofEach the number of command sides, and of query sides
   * @param roles true for an additional identity process and worker
   * @param proxied true for a proxy in front of each store
   * @param named true for query sides at addresses of one name, which can be added and removed
   */
  public record Shape(int gateways, int ofEach, boolean roles, boolean proxied, boolean named) {}

  /**
   * Starts the processes of each side behind a gateway and waits until they are ready.
   *
   * @param usersFlags see {@link AnnalsProcess.Builder#usersFlags()}
   * @param variables more environment variables of each process
   */
  public static SplitDeployment start(
      int ofEach, boolean usersFlags, Map<String, String> variables) {
    return start(new Shape(1, ofEach, roles(), false, false), usersFlags, variables);
  }

  /**
   * Returns true if each command side has one role (system property {@code annals.split=roles}).
   */
  public static boolean roles() {
    return System.getProperty("annals.split", "").equals("roles");
  }

  /** Starts the processes in the given shape. */
  public static SplitDeployment start(
      Shape shape, boolean usersFlags, Map<String, String> variables) {
    SplitDeployment split = null;
    try {
      split = new SplitDeployment(variables);
      if (shape.proxied()) {
        split.startProxies();
      }
      split.startProcesses(shape, usersFlags);
      return split;
    } catch (Exception | Error e) {
      if (split != null) {
        try {
          split.close();
        } catch (Exception further) {
          e.addSuppressed(further);
        }
      }
      throw new AssertionError(e);
    }
  }

  /** Returns the URL of the gateway, without a trailing slash. */
  public URI url() {
    return gateways.get(0).url();
  }

  /** Returns the URL of each gateway. */
  public List<URI> urls() {
    return gateways.stream().map(Service::url).toList();
  }

  /** Returns the processes in the order of an upgrade. */
  public List<Service> services() {
    return Stream.of(commandSides, others, querySides, gateways).flatMap(List::stream).toList();
  }

  /** Returns the command sides. */
  public List<Service> commandSides() {
    return List.copyOf(commandSides);
  }

  /** Returns the proxy in front of a store. */
  public TcpProxy proxy(Store store) {
    return proxies.get(store);
  }

  /** Returns the URL of the first command side, to measure requests without the gateway. */
  public URI commandSide() {
    return commandSides.get(0).url();
  }

  /** Returns the URLs of the query sides. */
  public List<AnnalsProcess> querySides() {
    return querySides.stream().map(Service::process).toList();
  }

  /** Starts one more query side at an address that the name has from now on. */
  public Service addQuerySide() {
    Service added = named.orElseThrow().querySide();
    querySides.add(added);
    named.orElseThrow().publish();
    added.start().awaitReady();
    return added;
  }

  /** Removes the address of a query side from the name. */
  public void unpublish(Service querySide) {
    querySides.remove(querySide);
    named.orElseThrow().publish();
  }

  /** Kills the query sides with SIGKILL and starts them on the same ports. */
  public void killAndRestartQuerySides() {
    querySides.forEach(side -> side.process.kill9());
    querySides.forEach(Service::start);
    querySides.forEach(side -> side.process.awaitReady());
    await().atMost(Duration.ofSeconds(20)).until(() -> isReady(url()));
  }

  /** Returns the output of all processes so far. */
  public String output() {
    return services().stream().map(Service::output).collect(Collectors.joining());
  }

  /** Returns the gateway's output so far. */
  public String outputOfTheGateway() {
    return gateways.get(0).output();
  }

  private void startProcesses(Shape shape, boolean usersFlags) throws IOException {
    if (shape.named()) {
      named = Optional.of(new Name());
    }
    for (int i = 0; i < shape.gateways(); i++) {
      gateways.add(new Service("annals.gateway.jar", usersFlags));
    }
    for (int i = 0; i < shape.ofEach(); i++) {
      commandSides.add(new Service(COMMAND_SIDE, usersFlags));
      querySides.add(
          named.map(Name::querySide).orElseGet(() -> new Service(QUERY_SIDE, usersFlags)));
    }
    if (shape.roles()) {
      commandSides.forEach(side -> side.with(ROLES, "commands"));
      Service identity = new Service(COMMAND_SIDE, usersFlags).with(ROLES, "identity");
      gateways.forEach(it -> it.with("ANNALS_GATEWAY_IDENTITY", identity.url().toString()));
      others.addAll(List.of(identity, new Service(COMMAND_SIDE, usersFlags).with(ROLES, "worker")));
    }
    named.ifPresent(Name::publish);
    String queries = named.map(Name::url).orElseGet(() -> urls(querySides));
    gateways.forEach(
        gateway -> {
          named.ifPresent(it -> gateway.with("JAVA_TOOL_OPTIONS", it.option()));
          gateway
              .with("ANNALS_GATEWAY_COMMANDS", urls(commandSides))
              .with("ANNALS_GATEWAY_QUERIES", queries)
              .start();
        });
    // The first one creates the schema.
    commandSides.get(0).start().awaitReady();
    services().stream().filter(service -> service.process == null).forEach(Service::start);
    services().forEach(service -> service.process.awaitReady());
    gateways.forEach(
        gateway -> await().atMost(Duration.ofSeconds(20)).until(() -> isReady(gateway.url())));
  }

  private static boolean isReady(URI url) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) url.resolve("/readyz").toURL().openConnection();
    try {
      return connection.getResponseCode() == 200;
    } finally {
      connection.disconnect();
    }
  }

  private static String urls(List<Service> services) {
    return services.stream()
        .map(service -> service.url().toString())
        .collect(Collectors.joining(","));
  }

  /** A process that can be restarted. */
  public final class Service {

    private final String jar;
    private final boolean usersFlags;
    private final String host;
    private final int port;
    private final Map<String, String> own = new HashMap<>();
    private final StringBuilder before = new StringBuilder();
    private AnnalsProcess process;
    private Duration ahead = Duration.ZERO;

    private Service(String jar, boolean usersFlags) {
      this(jar, usersFlags, "localhost", FreePorts.next());
    }

    private Service(String jar, boolean usersFlags, String host, int port) {
      this.jar = jar;
      this.usersFlags = usersFlags;
      this.host = host;
      this.port = port;
    }

    /** Sets an environment variable of the next start. */
    public Service with(String variable, String value) {
      own.put(variable, value);
      return this;
    }

    /** Returns the management URL, without a trailing slash. */
    public URI managementUrl() {
      return process.managementUrl();
    }

    /** Returns the URL of the process, without a trailing slash. */
    public URI url() {
      return URI.create("http://" + host + ":" + port);
    }

    /** Restarts the process with a clock that is ahead, and waits until it is ready. */
    public void restartAhead(Duration fast) {
      ahead = fast;
      restart();
    }

    /** Restarts the process and waits until it is ready. */
    public void restart() {
      stop();
      start().awaitReady();
    }

    /** Stops the process and waits for its end. */
    public void stop() {
      process.terminate();
      process.exitCode();
    }

    /** Kills the process with SIGKILL. */
    public void kill() {
      process.kill9();
    }

    /** Returns true for a query side. */
    public boolean isQuerySide() {
      return jar.equals(QUERY_SIDE);
    }

    private AnnalsProcess process() {
      return process;
    }

    private String output() {
      return before + (process == null ? "" : process.output() + process.errors());
    }

    /** Starts the process without waiting for it. */
    public AnnalsProcess start() {
      AnnalsProcess.Builder builder =
          AnnalsProcess.of(jar)
              .with("SERVER_PORT", Integer.toString(port))
              .with("ANNALS_MASTER_KEY", MASTER_KEY)
              .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
              .with("ANNALS_PUBLIC_URL", SplitDeployment.this.url().toString())
              .with("ANNALS_PROXIES", "127.0.0.1")
              // All tests share one address.
              .with("ANNALS_LIMITS_FORGOT_PASSWORD_ADDRESS_CAPACITY", "0")
              .with("ANNALS_LIMITS_LOGIN_ADDRESS_CAPACITY", "0")
              .with(variables)
              .with(stores)
              .with(detours)
              .with(own);
      before.append(output().substring(before.length()));
      if (usersFlags) {
        builder.usersFlags();
      }
      if (!ahead.isZero()) {
        builder.ahead(ahead);
      }
      process = builder.start();
      started.push(process);
      return process;
    }

    @Override
    public String toString() {
      return own.getOrDefault(ROLES, jar) + " at " + host + ":" + port;
    }
  }

  /** The name of all query sides. The gateways look up its addresses in a file. */
  private final class Name {

    private final Path hosts;
    private final int port = FreePorts.next();
    private int addresses;

    Name() throws IOException {
      Path folder = Files.createTempDirectory("annals-names");
      started.push(() -> FileSystemUtils.deleteRecursively(folder));
      hosts = folder.resolve("hosts");
    }

    Service querySide() {
      String address = "127.0.0." + ++addresses;
      return new Service(QUERY_SIDE, false, address, port).with("SERVER_ADDRESS", address);
    }

    void publish() {
      String lines =
          querySides.stream()
              .map(side -> side.host + " queries.test\n")
              .collect(Collectors.joining("", "127.0.0.1 localhost\n", ""));
      try {
        Path next = Files.writeString(hosts.resolveSibling("next"), lines);
        Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String url() {
      return "http://queries.test:" + port;
    }

    String option() {
      return "-Djdk.net.hosts.file=" + hosts;
    }
  }

  private void startProxies() {
    before(Store.POSTGRESQL, "SPRING_DATASOURCE_URL");
    before(Store.MONGODB, "SPRING_MONGODB_URI");
    before(Store.REDIS, "SPRING_DATA_REDIS_URL");
    TcpProxy mail =
        new TcpProxy(
            stores.get("SPRING_MAIL_HOST"), Integer.parseInt(stores.get("SPRING_MAIL_PORT")));
    started.push(mail);
    proxies.put(Store.SMTP, mail);
    detours.put("SPRING_MAIL_HOST", "127.0.0.1");
    detours.put("SPRING_MAIL_PORT", Integer.toString(mail.port()));
  }

  private void before(Store store, String variable) {
    String url =
        Optional.ofNullable(stores.get(variable))
            .or(() -> Servers.variable(variable))
            .orElseThrow();
    TcpProxy proxy = TcpProxy.before(url);
    started.push(proxy);
    proxies.put(store, proxy);
    detours.put(variable, proxy.url(url));
  }

  /** Returns the environment variables that name the stores of this object. */
  public Map<String, String> stores() {
    return stores;
  }

  private Map<String, String> startStores() throws Exception {
    Map<String, String> variables = new HashMap<>(Postbox.get().variables());
    Path folder = Files.createTempDirectory("annals-split").toRealPath();
    started.push(() -> FileSystemUtils.deleteRecursively(folder));
    DataFolder data = DataFolder.open(folder.resolve("data"));
    started.push(data);
    variables.put("ANNALS_ATTACHMENTS_FOLDER", folder.resolve("attachments").toString());
    Bucket bucket = new Bucket();
    started.push(bucket);
    variables.putAll(bucket.variables());
    if (Servers.variable("SPRING_DATASOURCE_URL").isEmpty()
        && !this.variables.containsKey("SPRING_DATASOURCE_URL")) {
      EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(data);
      started.push(postgres);
      postgres
          .properties()
          .forEach((name, value) -> variables.put(variable(name), value.toString()));
    }
    if (Servers.variable("SPRING_MONGODB_URI").isEmpty()) {
      MongoServer mongo = new MongoServer(new MemoryBackend());
      mongo.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      started.push(mongo::shutdownNow);
      variables.put(
          "SPRING_MONGODB_URI",
          "mongodb://127.0.0.1:%d/annals".formatted(mongo.getLocalAddress().getPort()));
      variables.put("ANNALS_READ_MODEL_GUARDED", "false");
    }
    if (Servers.variable("SPRING_DATA_REDIS_URL").isEmpty()
        && !this.variables.containsKey("SPRING_DATA_REDIS_URL")) {
      EmbeddedRedis redis = EmbeddedRedis.start(data).orElseThrow();
      started.push(redis);
      redis.properties().forEach((name, value) -> variables.put(variable(name), value.toString()));
    }
    return variables;
  }

  private static String variable(String property) {
    return property.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** Stops the processes, then their stores. */
  @Override
  public void close() throws Exception {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
