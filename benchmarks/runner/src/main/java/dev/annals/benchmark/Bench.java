package dev.annals.benchmark;

import static dev.annals.benchmark.Contestant.Kind.COMMANDS;
import static dev.annals.benchmark.Contestant.Kind.PEER;
import static dev.annals.benchmark.Contestant.Kind.STANDALONE;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.annals.benchmark.Load.Result;
import dev.annals.benchmark.Options.Compilers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.embedded.RedisServer;

/**
 * The programs that are measured, and their stores. A program is started and warmed when a scenario
 * first uses it.
 */
final class Bench implements AutoCloseable {

  static final int CONNECTIONS = 16;
  static final int USERS = 8;
  static final String ANNALS = "Annals, standalone";
  static final String SIDE = "Annals, command side alone";
  static final String CRUD = "Spring Boot, JdbcTemplate";

  static final Path WHOLE = Path.of("standalone/target/annals.jar");
  static final Path COMMAND_SIDE = Path.of("command-side/target/command-side-exec.jar");
  static final Path QUERY_SIDE = Path.of("query-side/target/query-side-exec.jar");
  static final Path GATEWAY = Path.of("gateway/target/gateway-exec.jar");

  /** The programs on Node.js. */
  private static final Set<String> NODE = Set.of("express", "fastify", "ws");

  private static final String MANAGEMENT_PORT = "MANAGEMENT_SERVER_PORT";
  private static final Duration WINDOW = Duration.ofSeconds(15);
  private static final double GROWTH = 1.05;
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);
  private static final String JAVA_HOME = System.getProperty("java.home");

  private final Options options;
  private final Path root;
  private final Path folder;
  private final Report report;
  private final Database database;
  private final Map<String, Optional<Contestant>> contestants = new LinkedHashMap<>();
  private final Map<String, Build> builds = new HashMap<>();
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  Bench(Options options, Path root, Path folder, Report report) throws IOException {
    this.options = options;
    this.root = root;
    this.folder = folder;
    this.report = report;
    database = Database.start(folder);
    started.push(database);
  }

  /** A build of Annals, as it was started. */
  private record Build(String name, Path jar, Map<String, String> variables) {}

  Options options() {
    return options;
  }

  Database database() {
    return database;
  }

  Path root() {
    return root;
  }

  Path folder() {
    return folder;
  }

  void figures(String name, Properties figures) throws IOException {
    report.figures(name, figures);
  }

  void plot(String name, Plot plot) throws IOException {
    report.plot(name, plot);
  }

  static void say(String format, Object... values) {
    System.out.printf(format + "%n", values);
  }

  /** Returns the standalone program. */
  Contestant annals() throws Exception {
    return contestant("annals").orElseThrow();
  }

  /** Returns those of these that were chosen, with further builds of them, started and warm. */
  List<Contestant> all(String... names) throws Exception {
    return all(options.compilers().get(0), names);
  }

  /**
   * Returns the same with JVMs that have some compilers. Programs on Node.js have none to choose.
   */
  List<Contestant> all(Compilers compilers, String... names) throws Exception {
    List<String> standard = List.of(names);
    List<Contestant> found = new ArrayList<>();
    for (String name : options.contestants()) {
      Path jar = options.also().get(name);
      if (standard.contains(jar == null ? name : kind(jar) == STANDALONE ? "annals" : "commands")) {
        contestant(name, compilers).ifPresent(found::add);
      }
    }
    return found;
  }

  /** Returns a contestant, started and warm; nothing if it cannot run here. */
  Optional<Contestant> contestant(String name) throws Exception {
    return contestant(name, options.compilers().get(0));
  }

  private Optional<Contestant> contestant(String name, Compilers compilers) throws Exception {
    String instance = compilers == Compilers.FIRST && !NODE.contains(name) ? name + "_first" : name;
    if (!contestants.containsKey(instance)) {
      Optional<Contestant> contestant = start(name, instance);
      contestants.put(instance, contestant);
      if (contestant.isPresent() && !name.equals("ws")) {
        warmUp(contestant.get());
      }
    }
    return contestants.get(instance);
  }

  private Optional<Contestant> start(String name, String instance) throws Exception {
    Optional<Contestant> contestant =
        switch (name) {
          case "annals" -> Optional.of(ours(name, instance, root.resolve(WHOLE), ""));
          case "commands" -> Optional.of(ours(name, instance, root.resolve(COMMAND_SIDE), ""));
          case "crud" -> Optional.of(peer(name, instance, CRUD, "/nothing"));
          case "axon" -> Optional.of(peer(name, instance, "Axon with its defaults", "/notes"));
          case "express" -> node(name, "Express, pg");
          case "fastify" -> node(name, "Fastify, pg");
          case "ws" -> node(name, "bare ws");
          default -> Optional.of(ours(name, instance, options.also().get(name), " (" + name + ")"));
        };
    if (contestant.isPresent()) {
      Program program = contestant.get().program();
      say("  %s started in %d ms", instance, program.start().toMillis());
      started.push(program);
    } else {
      say("  %s cannot run here: node or its packages are missing", name);
    }
    return contestant;
  }

  private Contestant ours(String name, String instance, Path jar, String suffix) throws Exception {
    Contestant.Kind kind = kind(jar);
    boolean standalone = kind == STANDALONE;
    Map<String, String> own = standalone ? annalsVariables(instance) : commandVariables(instance);
    builds.put(instance, new Build(name, jar, own));
    return new Contestant(
        kind,
        instance,
        (standalone ? ANNALS : SIDE) + suffix,
        java(name, instance, jar, "/readyz", own));
  }

  private Contestant peer(String name, String instance, String label, String readyPath)
      throws Exception {
    return new Contestant(
        PEER,
        instance,
        label,
        java(
            name,
            instance,
            root.resolve("benchmarks/peers/%1$s/target/%1$s.jar".formatted(name)),
            readyPath,
            peerVariables(instance, name.equals("crud"))));
  }

  /** Returns the kind of a build of Annals by its main class, of a packed or unpacked jar. */
  private static Contestant.Kind kind(Path program) throws IOException {
    Path jar = isJar(program) ? program : program.resolveSibling("annals.jar");
    try (JarFile file = new JarFile(jar.toFile())) {
      Attributes attributes = file.getManifest().getMainAttributes();
      String start = attributes.getValue("Start-Class");
      String main = start == null ? attributes.getValue(Attributes.Name.MAIN_CLASS) : start;
      return switch (main) {
        case "dev.annals.standalone.Standalone" -> STANDALONE;
        case "dev.annals.command.CommandSide" -> COMMANDS;
        default ->
            throw new IllegalArgumentException(jar + " is no standalone program or command side");
      };
    }
  }

  private static boolean isJar(Path program) {
    return program.toString().endsWith(".jar");
  }

  /**
   * Returns a program on a JVM. All have the same options, unless a variable adds some for one
   * name.
   *
   * @param program a jar, or the launcher beside an unpacked {@code annals.jar}, which adds its own
   */
  private Program java(
      String name, String instance, Path program, String readyPath, Map<String, String> own)
      throws IOException {
    return java(name, instance, program, "SERVER_PORT", readyPath, own);
  }

  private Program java(
      String name,
      String instance,
      Path program,
      String portVariable,
      String readyPath,
      Map<String, String> own)
      throws IOException {
    List<String> java = new ArrayList<>();
    for (String each : List.of("", "_" + name.toUpperCase(Locale.ROOT))) {
      String more = System.getenv("BENCHMARK_JAVA_OPTIONS" + each);
      if (more != null && !more.isBlank()) {
        java.addAll(List.of(more.strip().split(" +", -1)));
      }
    }
    if (instance.contains("_first")) {
      java.add("-XX:TieredStopAtLevel=1");
    }
    Map<String, String> variables = new HashMap<>(own);
    List<String> command;
    if (isJar(program)) {
      command = new ArrayList<>(java);
      command.add(0, Path.of(JAVA_HOME, "bin", "java").toString());
      command.addAll(List.of("-jar", program.toString()));
    } else {
      command = List.of(program.toString());
      variables.put("JAVA_HOME", JAVA_HOME);
      variables.put("JAVA_OPTIONS", String.join(" ", java));
    }
    Path log = folder.resolve(instance + ".log");
    return new Program(log, command, variables, portVariable, readyPath);
  }

  private Optional<Contestant> node(String name, String label) throws Exception {
    Path peers = root.resolve("benchmarks/peers/node");
    if (Files.notExists(peers.resolve("node_modules")) || !Tools.has("node")) {
      return Optional.empty();
    }
    Program program =
        new Program(
            folder.resolve(name + ".log"),
            List.of("node", peers.resolve(name + ".js").toString()),
            name.equals("ws") ? Map.of() : peerVariables(name, true),
            "PORT",
            "/nothing");
    return Optional.of(new Contestant(PEER, name, label, program));
  }

  private Map<String, String> annalsVariables(String name) throws SQLException {
    database.create(name);
    Map<String, String> own = new HashMap<>(database.springVariables(name));
    own.put(MANAGEMENT_PORT, "0");
    own.put("ANNALS_DATA_DIR", folder.resolve("data-of-" + name).toString());
    // All users come from one address, and log in often.
    own.put("ANNALS_LIMITS_REGISTER_ADDRESS_CAPACITY", "0");
    own.put("ANNALS_IDENTITY_BCRYPT_COST", "4");
    return own;
  }

  private Map<String, String> commandVariables(String name) throws Exception {
    int port = Program.freePort();
    RedisServer redis = new RedisServer(port);
    redis.start();
    started.push(redis::stop);
    Map<String, String> own = annalsVariables(name);
    own.put("SPRING_DATA_REDIS_URL", "redis://127.0.0.1:" + port);
    own.put("SPRING_MAIL_HOST", "127.0.0.1");
    own.put("ANNALS_MASTER_KEY", "A".repeat(43) + "=");
    return own;
  }

  private Map<String, String> peerVariables(String name, boolean table)
      throws SQLException, IOException {
    database.create(name);
    if (table) {
      database.execute(name, Files.readString(root.resolve("benchmarks/peers/note.sql")));
    }
    Map<String, String> own = new HashMap<>(database.springVariables(name));
    own.putAll(database.clientVariables(name));
    own.put("BENCHMARK_SECRET", Contestant.SECRET);
    own.put("SECRET", Contestant.SECRET);
    return own;
  }

  /** A query side, and its stand-in for MongoDB in this process. */
  record QuerySide(Program program, MongoServer mongo) implements AutoCloseable {

    void stopMongo() {
      mongo.shutdownNow();
    }

    @Override
    public void close() throws InterruptedException {
      program.close();
    }
  }

  /**
   * Starts a query side that follows a command side. The caller closes it before other programs are
   * measured.
   */
  QuerySide querySide(Contestant commands) throws Exception {
    MongoServer mongo = mongo(new MemoryBackend());
    Map<String, String> own = new HashMap<>(builds.get(commands.name()).variables());
    own.putAll(variables(mongo));
    Path jar = root.resolve(QUERY_SIDE);
    Program program = java("queries", "queries", jar, "/readyz", own);
    say("  a query side started in %d ms", program.start().toMillis());
    return new QuerySide(program, mongo);
  }

  /** Starts a stand-in for MongoDB in this process. */
  private MongoServer mongo(MemoryBackend documents) {
    MongoServer mongo = new MongoServer(documents);
    mongo.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    started.push(mongo::shutdownNow);
    return mongo;
  }

  private static Map<String, String> variables(MongoServer mongo) {
    return Map.of(
        "SPRING_MONGODB_URI",
        "mongodb://127.0.0.1:%d/annals".formatted(mongo.getLocalAddress().getPort()),
        "ANNALS_READ_MODEL_GUARDED",
        "false");
  }

  /**
   * The stores of a deployment.
   *
   * @param name of the database
   * @param variables of each process
   */
  record Stores(
      String name, Map<String, String> variables, ProcessHandle redis, MemoryBackend documents) {}

  /** Starts stores for a deployment with an administrator. */
  Stores stores(String name) throws Exception {
    Set<ProcessHandle> earlier = ProcessHandle.current().children().collect(Collectors.toSet());
    Map<String, String> own = commandVariables(name);
    ProcessHandle redis =
        ProcessHandle.current()
            .children()
            .filter(child -> !earlier.contains(child))
            .findFirst()
            .orElseThrow();
    MemoryBackend documents = new MemoryBackend();
    own.putAll(variables(mongo(documents)));
    own.putAll(administrator());
    // Counted, but never reached.
    for (String limit : List.of("LOGIN_ADDRESS", "LOGIN_ACCOUNT", "REFRESH_ADDRESS")) {
      own.put("ANNALS_LIMITS_%s_CAPACITY".formatted(limit), "1000000");
    }
    return new Stores(name, own, redis, documents);
  }

  /**
   * Starts a process of a deployment.
   *
   * @param internal whether only its management port serves requests
   */
  Program start(Stores stores, String name, Path jar, boolean internal, Map<String, String> more)
      throws Exception {
    Map<String, String> own = new HashMap<>(stores.variables());
    own.putAll(more);
    String instance = stores.name() + "_" + name;
    if (options.compilers().get(0) == Compilers.FIRST) {
      instance += "_first";
    }
    Program program =
        internal
            ? java(name, instance, root.resolve(jar), MANAGEMENT_PORT, "/actuator/health", own)
            : java(name, instance, root.resolve(jar), "/readyz", own);
    say("  %s started in %d ms", instance, program.start().toMillis());
    return program;
  }

  private static Map<String, String> administrator() {
    return Map.of(
        "ANNALS_ADMIN_EMAIL",
        Growth.ADMIN + "@example.org",
        "ANNALS_ADMIN_PASSWORD",
        Contestant.PASSWORD);
  }

  /** Starts a command side with an empty event store, which makes a user an administrator. */
  Contestant growing() throws Exception {
    Contestant contestant = ours("commands", "growth", root.resolve(COMMAND_SIDE), "");
    Map<String, String> own = builds.get("growth").variables();
    own.putAll(administrator());
    Program program = second(contestant);
    say("  a command side started in %d ms", program.start().toMillis());
    started.push(program);
    return new Contestant(COMMANDS, contestant.name(), contestant.label(), program);
  }

  /** Returns another process of a build, not started, on the same stores. */
  Program second(Contestant contestant) throws IOException {
    Build build = builds.get(contestant.name());
    return java(build.name(), contestant.name(), build.jar(), "/readyz", build.variables());
  }

  /** Returns another standalone program of the same build, not started, with an empty folder. */
  Contestant ownStores(Contestant standalone, int round) throws IOException {
    String instance = "%s_own_%d".formatted(standalone.name(), round);
    Build build = builds.get(standalone.name());
    Map<String, String> own = new HashMap<>(build.variables());
    own.keySet().removeIf(variable -> variable.startsWith("SPRING_DATASOURCE_"));
    own.put("ANNALS_DATA_DIR", folder.resolve("data-of-" + instance).toString());
    Program program = java(build.name(), instance, build.jar(), "/readyz", own);
    return new Contestant(STANDALONE, instance, standalone.label(), program);
  }

  private void warmUp(Contestant contestant) throws Exception {
    List<Changes> clients =
        IntStream.range(0, CONNECTIONS).mapToObj(i -> new Changes(contestant, user(i))).toList();
    warm(
        contestant.name(),
        duration -> {
          Result result = Load.closed(contestant.port(), CONNECTIONS, duration, clients::get);
          if (result.answered() == 0) {
            throw new IllegalStateException(
                contestant.name() + " refuses all: " + result.firstFailure());
          }
          return result.rate();
        });
    rest(contestant);
  }

  /** A load of a warm-up. */
  interface Window {
    /** Loads a program for some time, and returns a rate, or another figure that grows with it. */
    double rate(Duration duration) throws Exception;
  }

  /**
   * Repeats a load of 15 s until its rate has grown by less than 5 % in 30 s, or the longest
   * warm-up is over.
   */
  void warm(String name, Window window) throws Exception {
    long start = System.nanoTime();
    double best = 0;
    int level = 0;
    for (long left = options.warmUp().toNanos();
        left > 0 && level < 2;
        left = start + options.warmUp().toNanos() - System.nanoTime()) {
      double rate = window.rate(Duration.ofNanos(Math.min(WINDOW.toNanos(), left)));
      if (rate < GROWTH * best) {
        level++;
      } else {
        level = 0;
        best = rate;
      }
    }
    say(
        "  %s was warmed for %d s, %s",
        name,
        Duration.ofNanos(System.nanoTime() - start).toSeconds(),
        level == 2 ? "until its rate no longer grew" : "and its rate might still grow");
  }

  static String user(int connection) {
    return "user" + connection % USERS;
  }

  /** Returns a different order in each round, so that other load of the machine affects all. */
  static <T> List<T> rotated(List<T> list, int round) {
    List<T> order = new ArrayList<>(list);
    Collections.rotate(order, -round);
    return order;
  }

  /**
   * A load and its cost until the program was at rest again.
   *
   * @param allocated bytes; {@code NaN} if the program is no JVM
   */
  record Measured(Result result, double millisOfServer, double millisOfDatabase, double allocated) {

    double millisEach() {
      return (millisOfServer + millisOfDatabase) / result.answered();
    }
  }

  Measured measure(Contestant contestant, Callable<Result> load) throws Exception {
    ProcessHandle process = contestant.program().process();
    boolean jvm = !NODE.contains(contestant.name());
    try (Allocations allocations = jvm ? Allocations.of(process) : null) {
      long server = Processors.millisOf(process);
      long stored = Processors.millisOf(database.process());
      Result result = load.call();
      rest(contestant);
      return new Measured(
          result,
          Processors.millisOf(process) - server,
          Processors.millisOf(database.process()) - stored,
          jvm ? allocations.bytes() : Double.NaN);
    }
  }

  /** Waits until a program is idle, so that the next one has the machine. */
  void rest(Contestant contestant) throws InterruptedException {
    rest(contestant.program(), LONGEST_REST);
  }

  /** Waits until a program is idle, or the time is over. */
  void rest(Program program, Duration longest) throws InterruptedException {
    long start = System.nanoTime();
    int quiet = 0;
    long before = used(program);
    while (quiet < 2 && System.nanoTime() - start < longest.toNanos()) {
      Thread.sleep(250);
      long after = used(program);
      quiet = after - before <= 50 ? quiet + 1 : 0;
      before = after;
    }
  }

  private long used(Program program) {
    return Processors.millisOf(program.process()) + Processors.millisOf(database.process());
  }

  @Override
  public void close() throws Exception {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
