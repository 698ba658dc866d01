package dev.annals.benchmark;

import dev.annals.benchmark.Bench.Stores;
import dev.annals.benchmark.Capacity.Kind;
import dev.annals.benchmark.Capacity.Operation;
import dev.annals.benchmark.Load.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processor time of each operation in each process, and that of four deployments under a mixed
 * load, beside the prediction of {@link Capacity}.
 */
final class Deployments implements Scenario {

  /** Half of the users change notes. The others read lists, which stay in the cache. */
  private static final int EACH = Bench.USERS / 2;

  private static final int NOTES = 50;

  /** As many as a user may have. The cost of a push is a small part of a change's. */
  private static final int SESSIONS_OF_A_USER = 20;

  private static final int REFRESHED = 160;

  /** The users who log in. The 51st session of a user ends the first one. */
  private static final int VISITORS = 32;

  private static final int WARMER = 4;
  private static final int LONGER = 5;
  private static final Pattern REFRESH_TOKEN = Pattern.compile("\"refreshToken\":\"([^\"]+)\"");
  private static final String PAGE = "/notes?size=20";

  /** The rates a second at which operations are measured alone. */
  private static final Map<Operation, Integer> ALONE =
      new EnumMap<>(
          Map.of(
              Operation.CHANGE, 40,
              Operation.CACHED, 80,
              Operation.UNCACHED, 40,
              Operation.REFRESH, 10,
              Operation.LOGIN, 10));

  /** The rates of the mixed load. */
  private static final Map<Operation, Integer> MIXED =
      new EnumMap<>(
          Map.of(
              Operation.CHANGE, 12,
              Operation.CACHED, 20,
              Operation.UNCACHED, 4,
              Operation.REFRESH, 2,
              Operation.LOGIN, 2));

  private static final String EVENT_BYTES =
      """
      select round(sum(pg_total_relation_size(oid)) / (select count(*) from events.domain_event_entry))
      from pg_class
      where relnamespace = 'events'::regnamespace and relkind = 'r'
        and relname ~ '^(domain_event|aggregate_head|snapshot_event|audit_entry|seal_)'
      """;

  private static final String NOTES_CREATED =
      "select count(*) from events.domain_event_entry where type = 'Note' and sequence_number = 0";

  /**
   * A deployment.
   *
   * @param name of its database and logs
   * @param sides the number of command sides and of query sides, or 0 for the standalone program
   * @param roles whether each role of the command side is a process of its own
   */
  private record Shape(String label, String name, int sides, boolean roles) {

    Map<Kind, Integer> processes() {
      Map<Kind, Integer> processes = new EnumMap<>(Kind.class);
      Kind.SIDES.forEach(kind -> processes.put(kind, Math.max(1, sides)));
      processes.put(Kind.GATEWAY, Math.min(1, sides));
      return processes;
    }

    /** Returns the kind as which processes with several roles are counted. */
    Kind process(Kind kind) {
      boolean merged = !roles && Kind.SIDES.contains(kind) && (sides == 0 || kind != Kind.QUERIES);
      return merged ? Kind.COMMANDS : kind;
    }

    String label(Kind kind) {
      return switch (kind) {
        case POSTGRESQL -> "PostgreSQL";
        case REDIS -> "Redis";
        case COMMANDS -> roles ? "commands" : sides == 0 ? "standalone program" : "command side";
        case QUERIES -> "query side";
        default -> kind.name().toLowerCase(Locale.ROOT);
      };
    }
  }

  private static final Shape ROLES = new Shape("gateway, each role, query side", "roles", 1, true);

  private static final List<Shape> OTHERS =
      List.of(
          new Shape("gateway, command side, query side", "split", 1, false),
          new Shape("gateway, two command sides, two query sides", "two", 2, false),
          new Shape("standalone program", "whole", 0, false));

  /**
   * The processor time of each kind of process.
   *
   * @param millis by kind
   * @param counts operations
   */
  private record Usage(Map<Kind, Double> millis, double seconds, Map<Operation, Double> counts) {

    /** Returns the time of one operation, without that of idle processes. */
    Map<Kind, Double> each(Operation operation, Usage idle) {
      Map<Kind, Double> each = new EnumMap<>(Kind.class);
      millis.forEach(
          (kind, used) -> {
            double still = idle.millis().get(kind) / idle.seconds() * seconds;
            each.put(kind, Math.max(0, used - still) / counts.get(operation));
          });
      return each;
    }
  }

  private interface Work {
    Map<Operation, Double> counts() throws Exception;
  }

  @Override
  public String run(Bench bench) throws Exception {
    int rounds = bench.options().rounds();
    Ratios costs = new Ratios(rounds);
    Map<Shape, List<Usage>> mixed = new LinkedHashMap<>();
    Failures failures = new Failures();
    Properties measured;
    try (Deployment roles = new Deployment(bench, ROLES, failures)) {
      for (int round = 0; round < rounds; round++) {
        measureAlone(roles, costs, round);
      }
      mixed.put(ROLES, roles.measureMixed());
      measured = roles.sizes();
      roles.addQuerySide();
      for (int round = 0; round < rounds; round++) {
        measureFollower(roles, costs, round);
      }
    }
    for (Operation operation : Operation.values()) {
      for (Kind kind : Kind.values()) {
        String key = Capacity.key(operation, kind);
        if (costs.has(key)) {
          measured.setProperty(key, String.format(Locale.ROOT, "%.3f", costs.of(key).median()));
        }
      }
    }
    bench.figures("capacity", measured);
    for (Shape shape : OTHERS) {
      try (Deployment deployment = new Deployment(bench, shape, failures)) {
        mixed.put(shape, deployment.measureMixed());
      }
    }
    Capacity model = new Capacity(measured);
    return "%s\n%s\n%s\n%s"
        .formatted(
            costsTable(costs, measured),
            mixedTable(model, mixed),
            model.table(List.of(10_000L, 100_000L, 1_000_000L)),
            failures);
  }

  private static void measureAlone(Deployment roles, Ratios costs, int round) throws Exception {
    Usage idle = roles.measureIdle();
    idle.millis()
        .forEach(
            (kind, millis) ->
                costs.put(
                    Capacity.key(Operation.IDLE, kind),
                    round,
                    millis
                        / idle.seconds()
                        / (Kind.PROGRAMS.contains(kind) ? 1 : Kind.SIDES.size())));
    Map<Operation, Map<Kind, Double>> all = new EnumMap<>(Operation.class);
    for (Operation operation : ALONE.keySet()) {
      all.put(operation, roles.measureAlone(operation).each(operation, idle));
    }
    Usage listened = roles.measureListened(Operation.CHANGE);
    double pushed = listened.counts().get(Operation.PUSH) / listened.counts().get(Operation.CHANGE);
    Map<Kind, Double> push = new EnumMap<>(Kind.class);
    listened
        .each(Operation.CHANGE, idle)
        .forEach(
            (kind, each) ->
                push.put(kind, Math.max(0, each - all.get(Operation.CHANGE).get(kind)) / pushed));
    all.put(Operation.PUSH, push);
    all.forEach(
        (operation, each) ->
            each.forEach((kind, cost) -> costs.put(Capacity.key(operation, kind), round, cost)));
    Bench.say(
        "  round %d: a change takes %.2f ms of all processes, and %.1f sessions get it",
        round + 1,
        all.get(Operation.CHANGE).values().stream().mapToDouble(Double::doubleValue).sum(),
        pushed);
  }

  /** Measures changes while two query sides read all events. */
  private static void measureFollower(Deployment roles, Ratios costs, int round) throws Exception {
    Usage idle = roles.measureIdle();
    Map<Kind, Double> change = roles.measureAlone(Operation.CHANGE).each(Operation.CHANGE, idle);
    for (Kind kind : List.of(Kind.QUERIES, Kind.POSTGRESQL, Kind.REDIS)) {
      double more = change.get(kind) - costs.at(Capacity.key(Operation.CHANGE, kind), round);
      costs.put(Capacity.key(Operation.FOLLOW, kind), round, Math.max(0, more));
    }
  }

  private static String costsTable(Ratios costs, Properties measured) {
    StringBuilder text = new StringBuilder("| processor time, ms |");
    for (Kind kind : Kind.values()) {
      text.append(" %s |".formatted(ROLES.label(kind)));
    }
    text.append("\n| --- |").append(" --- |".repeat(Kind.values().length)).append('\n');
    for (Operation operation : Operation.values()) {
      text.append("| %s |".formatted(operation.label()));
      for (Kind kind : Kind.values()) {
        text.append(" %s |".formatted(costs.of(Capacity.key(operation, kind))));
      }
      text.append('\n');
    }
    return text.append(
            "\n%s bytes of PostgreSQL an event, %s bytes of MongoDB's documents a note, %s bytes a page.\n\n"
                .formatted(
                    measured.getProperty("event.bytes"),
                    measured.getProperty("document.bytes"),
                    measured.getProperty("page.bytes")))
        .toString();
  }

  private static String mixedTable(Capacity model, Map<Shape, List<Usage>> mixed) {
    StringBuilder text =
        new StringBuilder(
            """
            | deployment | process | measured, ms a second | predicted | predicted to measured |
            | --- | --- | --- | --- | --- |
            """);
    mixed.forEach(
        (shape, usages) -> {
          Ratios figures = new Ratios(usages.size());
          for (int round = 0; round < usages.size(); round++) {
            Usage usage = usages.get(round);
            Map<Operation, Double> rates = new EnumMap<>(Operation.class);
            usage.counts().forEach((each, count) -> rates.put(each, count / usage.seconds()));
            Map<Kind, Double> predicted = new EnumMap<>(Kind.class);
            model
                .busy(rates, shape.processes())
                .forEach((kind, busy) -> predicted.merge(shape.process(kind), busy, Double::sum));
            predicted.merge(Kind.COMMANDS, -countedAgain(model, shape), Double::sum);
            double allMeasured = 0;
            double allPredicted = 0;
            for (Map.Entry<Kind, Double> used : usage.millis().entrySet()) {
              double each = used.getValue() / usage.seconds();
              figures.put("measured " + used.getKey(), round, each);
              figures.put("predicted " + used.getKey(), round, predicted.get(used.getKey()));
              allMeasured += each;
              allPredicted += predicted.get(used.getKey());
            }
            figures.put("measured all", round, allMeasured);
            figures.put("predicted all", round, allPredicted);
          }
          usages
              .get(0)
              .millis()
              .keySet()
              .forEach(kind -> row(text, shape, shape.label(kind), figures, kind.toString()));
          row(text, shape, "**all**", figures, "all");
        });
    return text.toString();
  }

  /** Returns the idle time of processes with several roles that is predicted for each role. */
  private static double countedAgain(Capacity model, Shape shape) {
    DoubleSummaryStatistics idle =
        Kind.SIDES.stream()
            .filter(kind -> shape.process(kind) == Kind.COMMANDS)
            .mapToDouble(kind -> model.cost(Operation.IDLE, kind))
            .summaryStatistics();
    return Math.max(1, shape.sides()) * (idle.getSum() - idle.getMax());
  }

  private static void row(
      StringBuilder text, Shape shape, String process, Ratios figures, String key) {
    text.append(
        "| %s | %s | %s | %s | %s |\n"
            .formatted(
                shape.label(),
                process,
                figures.of("measured " + key),
                figures.of("predicted " + key),
                figures.ratio("predicted " + key, "measured " + key)));
  }

  /** Running processes with stores of their own. */
  private static final class Deployment implements AutoCloseable {

    private final Bench bench;
    private final Shape shape;
    private final Failures failures;
    private final Stores stores;
    private final Contestant clients;
    private final Map<Kind, List<ProcessHandle>> processes = new EnumMap<>(Kind.class);
    private final Deque<Program> started = new ArrayDeque<>();
    private final List<List<String>> notes = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();
    private final BlockingQueue<String> refreshTokens = new LinkedBlockingQueue<>();
    private final List<Operation> pattern = new ArrayList<>();

    Deployment(Bench bench, Shape shape, Failures failures) throws Exception {
      this.bench = bench;
      this.shape = shape;
      this.failures = failures;
      MIXED.forEach((operation, rate) -> pattern.addAll(Collections.nCopies(rate, operation)));
      Collections.shuffle(pattern, new Random(1));
      stores = bench.stores(shape.name());
      processes.put(Kind.POSTGRESQL, List.of(bench.database().process()));
      processes.put(Kind.REDIS, List.of(stores.redis()));
      clients = new Contestant(Contestant.Kind.COMMANDS, stores.name(), shape.label(), start());
      fill();
      warm();
    }

    private void warm() throws Exception {
      bench.warm(shape.label(), window -> 1 / mixed(WARMER, window).millis(0.5));
    }

    /** Starts the processes, and returns the one that clients reach. */
    private Program start() throws Exception {
      if (shape.sides() == 0) {
        return start(Kind.COMMANDS, "whole", Bench.WHOLE, Map.of());
      }
      List<String> commands = new ArrayList<>();
      List<String> queries = new ArrayList<>();
      for (int i = 0; i < shape.sides(); i++) {
        commands.add(url(start(Kind.COMMANDS, "commands", Bench.COMMAND_SIDE, role("commands"))));
        queries.add(url(querySide()));
      }
      List<String> identity = commands;
      if (shape.roles()) {
        identity =
            List.of(url(start(Kind.IDENTITY, "identity", Bench.COMMAND_SIDE, role("identity"))));
        start(Kind.WORKER, "worker", Bench.COMMAND_SIDE, role("worker"));
      }
      return start(
          Kind.GATEWAY,
          "gateway",
          Bench.GATEWAY,
          Map.of(
              "ANNALS_GATEWAY_COMMANDS", String.join(",", commands),
              "ANNALS_GATEWAY_IDENTITY", String.join(",", identity),
              "ANNALS_GATEWAY_QUERIES", String.join(",", queries)));
    }

    private Map<String, String> role(String role) {
      return shape.roles()
          ? Map.of("ANNALS_ROLES", role, "ANNALS_PUBLIC_URL", "http://localhost")
          : Map.of();
    }

    private Program querySide() throws Exception {
      return start(Kind.QUERIES, "queries", Bench.QUERY_SIDE, Map.of());
    }

    /** Starts one more query side, to which the gateway sends nothing. */
    void addQuerySide() throws Exception {
      querySide();
      warm();
    }

    private Program start(Kind kind, String name, Path jar, Map<String, String> more)
        throws Exception {
      Program program = bench.start(stores, name, jar, kind == Kind.WORKER, more);
      started.push(program);
      processes.computeIfAbsent(kind, each -> new ArrayList<>()).add(program.process());
      return program;
    }

    private static String url(Program program) {
      return "http://127.0.0.1:" + program.port();
    }

    private void fill() throws IOException {
      for (int i = 0; i < Bench.USERS; i++) {
        notes.add(new CopyOnWriteArrayList<>(clients.created(Bench.user(i), NOTES)));
      }
      for (int i = 0; i < VISITORS; i++) {
        clients.as(visitor(i));
      }
      try (Connection connection = new Connection(clients.port())) {
        for (int i = 0; i < Bench.USERS; i++) {
          tokens.add(
              connection
                  .send(clients.create(Bench.user(i)))
                  .expect(201)
                  .header("Consistency-Token"));
        }
        for (int i = 0; i < REFRESHED; i++) {
          refreshTokens.add(refreshToken(connection.send(login(Bench.user(i))).expect(200)));
        }
      }
    }

    private static String visitor(int number) {
      return "visitor" + number;
    }

    private static byte[] login(String user) {
      return Connection.request("POST", "/auth/login", "", Contestant.credentials(user) + "}");
    }

    private static String refreshToken(Connection.Response response) {
      Matcher token = REFRESH_TOKEN.matcher(response.text());
      if (!token.find()) {
        throw new IllegalStateException("no token: " + response);
      }
      return token.group(1);
    }

    Usage measureIdle() throws Exception {
      return measure(
          () -> {
            Thread.sleep(duration().toMillis());
            return Map.of();
          });
    }

    Usage measureAlone(Operation operation) throws Exception {
      return measure(() -> alone(operation));
    }

    Usage measureListened(Operation operation) throws Exception {
      return listened(() -> alone(operation));
    }

    /** Returns the usage of each round. */
    List<Usage> measureMixed() throws Exception {
      List<Usage> usages = new ArrayList<>();
      for (int round = 1; round <= bench.options().rounds(); round++) {
        Usage usage = listened(this::mixed);
        usages.add(usage);
        Bench.say("  round %d, %s: %s ms", round, shape.label(), usage.millis());
      }
      return usages;
    }

    private Map<Operation, Double> mixed() throws InterruptedException {
      Result result = mixed(1, duration());
      failures.add(shape.label(), result);
      Map<Operation, Double> counts = new EnumMap<>(Operation.class);
      MIXED.forEach(
          (operation, rate) ->
              counts.put(operation, (double) result.answered() * rate / pattern.size()));
      return counts;
    }

    private Map<Operation, Double> alone(Operation operation) throws InterruptedException {
      Result result =
          Load.open(
              List.of(clients.port()),
              ALONE.get(operation),
              duration(),
              (connections, number) -> step(operation, connections.get(0)));
      failures.add(shape.label() + ", " + operation.label(), result);
      return Map.of(operation, (double) result.answered());
    }

    private Result mixed(int times, Duration duration) throws InterruptedException {
      return Load.open(
          List.of(clients.port()),
          times * pattern.size(),
          duration,
          (connections, number) -> step(pattern.get(number % pattern.size()), connections.get(0)));
    }

    private Duration duration() {
      return bench.options().measured().multipliedBy(LONGER);
    }

    private long step(Operation operation, Connection connection) throws IOException {
      int number = ThreadLocalRandom.current().nextInt(EACH);
      String reader = Bench.user(EACH + number);
      long start = System.nanoTime();
      switch (operation) {
        case CHANGE -> change(Bench.user(number), notes.get(number), connection);
        case CACHED -> connection.send(clients.get(reader, PAGE)).expect(200);
        case UNCACHED -> {
          String fields =
              "%sConsistency-Token: %s\r\n"
                  .formatted(clients.as(reader), tokens.get(EACH + number));
          connection.send(Connection.request("GET", PAGE, fields, "")).expect(200);
        }
        case REFRESH -> refresh(connection);
        case LOGIN -> {
          String visitor = visitor(ThreadLocalRandom.current().nextInt(VISITORS));
          connection.send(login(visitor)).expect(200);
        }
        default -> throw new IllegalArgumentException(operation.toString());
      }
      return System.nanoTime() - start;
    }

    private void refresh(Connection connection) throws IOException {
      String token = refreshTokens.poll();
      if (token == null) {
        throw new IllegalStateException("no refresh token is left");
      }
      String body = "{\"refreshToken\":\"%s\"}".formatted(token);
      Connection.Response response =
          connection.send(Connection.request("POST", "/auth/refresh", "", body));
      // A token that was not accepted for now can be sent again.
      refreshTokens.add(response.status() == 503 ? token : refreshToken(response));
      response.expect(200);
    }

    private void change(String user, List<String> own, Connection connection) throws IOException {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      if (random.nextInt(4) == 0) {
        own.add(connection.send(clients.create(user)).expect(201).header("Location"));
      } else {
        String note = own.get(random.nextInt(own.size()));
        connection.send(clients.update(user, note)).expect(200);
      }
    }

    /** Measures a load while sessions of the users who change listen. */
    private Usage listened(Work work) throws Exception {
      try (Listeners listeners = new Listeners()) {
        for (int i = 0; i < EACH * SESSIONS_OF_A_USER; i++) {
          listeners.connect(clients, Bench.user(i % EACH));
        }
        listeners.listen();
        Usage usage = measure(work);
        Map<Operation, Double> counts = new EnumMap<>(usage.counts());
        counts.put(Operation.PUSH, (double) listeners.received());
        return new Usage(usage.millis(), usage.seconds(), counts);
      }
    }

    /** Measures a load until its events are handled and sealed. */
    private Usage measure(Work work) throws Exception {
      Map<Kind, Long> before = millis();
      long start = System.nanoTime();
      Map<Operation, Double> counts = work.counts();
      Thread.sleep(1_000);
      Growth.seal(bench.database(), clients);
      Thread.sleep(1_000);
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<Kind, Double> used = new EnumMap<>(Kind.class);
      millis().forEach((kind, after) -> used.put(kind, (double) after - before.get(kind)));
      return new Usage(used, seconds, counts);
    }

    private Map<Kind, Long> millis() {
      Map<Kind, Long> millis = new EnumMap<>(Kind.class);
      processes.forEach(
          (kind, each) -> millis.put(kind, each.stream().mapToLong(Processors::millisOf).sum()));
      return millis;
    }

    /** Returns the bytes of an event, of a note with its inbox entry, and of a page. */
    Properties sizes() throws Exception {
      Properties sizes = new Properties();
      sizes.setProperty("event.bytes", bench.database().ask(stores.name(), EVENT_BYTES));
      long documents = 0;
      for (String collection : List.of("notes", "notifications", "inboxes")) {
        Object size =
            stores
                .documents()
                .resolveDatabase("annals")
                .resolveCollection(collection, true)
                .getStats()
                .get("size");
        documents += ((Number) size).longValue();
      }
      long created = Long.parseLong(bench.database().ask(stores.name(), NOTES_CREATED));
      sizes.setProperty("document.bytes", Long.toString(documents / created));
      try (Connection connection = new Connection(clients.port())) {
        byte[] page = connection.send(clients.get(Bench.user(EACH), PAGE)).expect(200).body();
        sizes.setProperty("page.bytes", Integer.toString(page.length));
      }
      return sizes;
    }

    @Override
    public void close() throws InterruptedException {
      while (!started.isEmpty()) {
        started.pop().close();
      }
    }
  }
}
