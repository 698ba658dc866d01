package dev.annals.benchmark;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.annals.benchmark.Load.Result;
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
import java.util.concurrent.Callable;
import redis.embedded.RedisServer;

/**
 * What is measured, and what it needs to run. Programs are started, and warmed, when first asked
 * for.
 */
final class Bench implements AutoCloseable {

  static final int CONNECTIONS = 16;
  static final int USERS = 8;

  private static final Duration LONGEST_REST = Duration.ofSeconds(30);
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Options options;
  private final Path root;
  private final Path folder;
  private final Report report;
  private final Database database;
  private final Map<String, Optional<Contestant>> contestants = new LinkedHashMap<>();
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private Map<String, String> ofCommandSide;

  Bench(Options options, Path root, Path folder, Report report) throws IOException {
    this.options = options;
    this.root = root;
    this.folder = folder;
    this.report = report;
    database = Database.start(folder);
    started.push(database);
  }

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

  void plot(String name, Plot plot) throws IOException {
    report.plot(name, plot);
  }

  static void say(String format, Object... values) {
    System.out.printf(format + "%n", values);
  }

  /** The standalone program: changes, events, read models, all in one process. */
  Contestant annals() throws Exception {
    return contestant("annals").orElseThrow();
  }

  /** Those of these that can run here, started and warm. */
  List<Contestant> all(String... names) throws Exception {
    List<Contestant> found = new ArrayList<>();
    for (String name : names) {
      contestant(name).ifPresent(found::add);
    }
    return found;
  }

  /** Empty if it cannot run here. */
  Optional<Contestant> contestant(String name) throws Exception {
    if (!contestants.containsKey(name)) {
      Optional<Contestant> contestant = start(name);
      contestants.put(name, contestant);
      if (contestant.isPresent()) {
        warmUp(name, contestant.get());
      }
    }
    return contestants.get(name);
  }

  private Optional<Contestant> start(String name) throws Exception {
    Optional<Contestant> contestant =
        switch (name) {
          case "annals" ->
              Optional.of(
                  new Contestant(
                      "Annals, standalone",
                      java(name, "standalone/target/annals.jar", "/readyz", annalsVariables(name)),
                      true));
          case "commands" ->
              Optional.of(
                  new Contestant(
                      "Annals, command side alone",
                      java(
                          name,
                          "command-side/target/command-side-exec.jar",
                          "/readyz",
                          commandVariables(name)),
                      true));
          case "crud" ->
              Optional.of(
                  new Contestant(
                      "Spring Boot, JdbcTemplate",
                      java(
                          name,
                          "benchmarks/peers/crud/target/crud.jar",
                          "/nothing",
                          peerVariables(name, true)),
                      false));
          case "axon" ->
              Optional.of(
                  new Contestant(
                      "Axon with its defaults",
                      java(
                          name,
                          "benchmarks/peers/axon/target/axon.jar",
                          "/notes",
                          peerVariables(name, false)),
                      false));
          case "express", "fastify" ->
              node(name, peerVariables(name, true))
                  .map(
                      program ->
                          new Contestant(
                              name.equals("express") ? "Express, pg" : "Fastify, pg",
                              program,
                              false));
          case "ws" ->
              node(name, Map.of()).map(program -> new Contestant("bare ws", program, false));
          default -> throw new IllegalArgumentException(name);
        };
    if (contestant.isPresent()) {
      Program program = contestant.get().program();
      say("  %s started in %d ms", name, program.start().toMillis());
      started.push(program);
    } else {
      say("  %s cannot run here: node or its packages are not there", name);
    }
    return contestant;
  }

  private Program java(String name, String jar, String readyPath, Map<String, String> variables)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(JAVA));
    String more = System.getenv("BENCHMARK_JAVA_OPTIONS_" + name.toUpperCase(Locale.ROOT));
    if (more != null) {
      command.addAll(List.of(more.split(" ", -1)));
    }
    command.addAll(List.of("-jar", root.resolve(jar).toString()));
    return new Program(folder.resolve(name + ".log"), command, variables, "SERVER_PORT", readyPath);
  }

  private Optional<Program> node(String name, Map<String, String> variables) throws IOException {
    Path peers = root.resolve("benchmarks/peers/node");
    if (Files.notExists(peers.resolve("node_modules")) || !Tools.has("node")) {
      return Optional.empty();
    }
    return Optional.of(
        new Program(
            folder.resolve(name + ".log"),
            List.of("node", peers.resolve(name + ".js").toString()),
            variables,
            "PORT",
            "/nothing"));
  }

  private Map<String, String> annalsVariables(String name) throws SQLException {
    database.create(name);
    Map<String, String> variables = new HashMap<>(database.springVariables(name));
    variables.put("MANAGEMENT_SERVER_PORT", "0");
    variables.put("ANNALS_DATA_DIR", folder.resolve("data-of-" + name).toString());
    // All users come from one address, and log in often.
    variables.put("ANNALS_LIMITS_REGISTER_ADDRESS_CAPACITY", "0");
    variables.put("ANNALS_IDENTITY_BCRYPT_COST", "4");
    return variables;
  }

  private Map<String, String> commandVariables(String name) throws Exception {
    int port = Program.freePort();
    RedisServer redis = new RedisServer(port);
    redis.start();
    started.push(redis::stop);
    Map<String, String> variables = annalsVariables(name);
    variables.put("SPRING_DATA_REDIS_URL", "redis://127.0.0.1:" + port);
    variables.put("SPRING_MAIL_HOST", "127.0.0.1");
    variables.put("ANNALS_MASTER_KEY", "A".repeat(43) + "=");
    ofCommandSide = variables;
    return variables;
  }

  private Map<String, String> peerVariables(String name, boolean table)
      throws SQLException, IOException {
    database.create(name);
    if (table) {
      database.execute(name, Files.readString(root.resolve("benchmarks/peers/note.sql")));
    }
    Map<String, String> variables = new HashMap<>(database.springVariables(name));
    variables.putAll(database.clientVariables(name));
    variables.put("BENCHMARK_SECRET", Contestant.SECRET);
    variables.put("SECRET", Contestant.SECRET);
    return variables;
  }

  /**
   * A query side that follows the command side, to be closed before anything else is measured. Its
   * MongoDB is a stand-in in this process.
   */
  Program querySide() throws Exception {
    if (ofCommandSide == null) {
      throw new IllegalStateException("there is no command side to follow");
    }
    MongoServer mongo = new MongoServer(new MemoryBackend());
    mongo.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    started.push(mongo::shutdownNow);
    Map<String, String> variables = new HashMap<>(ofCommandSide);
    variables.put(
        "SPRING_MONGODB_URI",
        "mongodb://127.0.0.1:%d/annals".formatted(mongo.getLocalAddress().getPort()));
    variables.put("ANNALS_READ_MODEL_GUARDED", "false");
    Program program =
        java("queries", "query-side/target/query-side-exec.jar", "/readyz", variables);
    say("  a query side started in %d ms", program.start().toMillis());
    return program;
  }

  private void warmUp(String name, Contestant contestant) throws Exception {
    if (name.equals("ws")) {
      return;
    }
    boolean compiles = !name.equals("express") && !name.equals("fastify");
    Duration duration = compiles ? options.warmUp() : Duration.ofSeconds(5);
    say("  %s is warmed for %d s", name, duration.toSeconds());
    Result warmed =
        Load.closed(
            contestant.port(), CONNECTIONS, duration, i -> new Changes(contestant, user(i)));
    if (warmed.answered() == 0) {
      throw new IllegalStateException(name + " refuses all: " + warmed.firstFailure());
    }
    rest(contestant);
  }

  static String user(int connection) {
    return "user" + connection % USERS;
  }

  /** In another order in each round, so that whatever else the machine does meets all of them. */
  static <T> List<T> rotated(List<T> list, int round) {
    List<T> order = new ArrayList<>(list);
    Collections.rotate(order, -round);
    return order;
  }

  /**
   * What was answered, and what that took of the processors, until the program was at rest again.
   */
  record Measured(Result result, double millisOfServer, double millisOfDatabase) {

    double millisEach() {
      return (millisOfServer + millisOfDatabase) / result.answered();
    }
  }

  Measured measure(Contestant contestant, Callable<Result> load) throws Exception {
    long server = Processors.millisOf(contestant.program().process());
    long stored = Processors.millisOf(database.process());
    Result result = load.call();
    rest(contestant);
    return new Measured(
        result,
        Processors.millisOf(contestant.program().process()) - server,
        Processors.millisOf(database.process()) - stored);
  }

  /** Waits until a program has done what it was left with, so that the next one has the machine. */
  void rest(Contestant contestant) throws InterruptedException {
    rest(contestant, LONGEST_REST);
  }

  /** The same, but no longer than so. */
  void rest(Contestant contestant, Duration longest) throws InterruptedException {
    long start = System.nanoTime();
    int quiet = 0;
    long before = used(contestant);
    while (quiet < 2 && System.nanoTime() - start < longest.toNanos()) {
      Thread.sleep(250);
      long after = used(contestant);
      quiet = after - before <= 50 ? quiet + 1 : 0;
      before = after;
    }
  }

  private long used(Contestant contestant) {
    return Processors.millisOf(contestant.program().process())
        + Processors.millisOf(database.process());
  }

  @Override
  public void close() throws Exception {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
