package dev.annals.benchmark;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The cost of operations over the number of stored events. The first events are of notes that users
 * create and update; the others are copies of these notes under new ids. Each size is sealed. At
 * small sizes a new query side also builds its read models. Later there is no MongoDB, because the
 * stand-in reads all entries of the inbox to find a user's: no measured operation uses it.
 */
final class Growth implements Scenario {

  /** The user whom the command side makes an administrator. */
  static final String ADMIN = "auditor";

  private static final int NOTES_OF_A_USER = 8;
  private static final int EVENTS_OF_A_NOTE = 40;
  private static final int COPIES_AT_ONCE = 100;
  private static final int REQUESTS = 100;
  private static final int VERIFIED = 10_000;
  private static final int LARGEST_REPLAY = 100_000;
  private static final int CONNECTIONS = 2;
  private static final Duration LONGEST = Duration.ofHours(4);
  private static final double FLAT = 0.1;
  private static final String SECONDS = "growth-seconds";
  private static final String REPLAY = "replay by a new query side, with its start, s";
  private static final String VERIFY = "verify of all, s";
  private static final Set<String> LINEAR = Set.of(REPLAY, VERIFY);
  private static final Pattern LAG = Pattern.compile("\"lag\":(\\d+)");

  private static final String SEALED =
      """
      select (select max(global_index) from events.domain_event_entry) <=
        least((select max(position) from events.seal_head), (select max(global_index) from events.audit_entry))
      """;

  /** Copies some notes, with the events of all in the order of their versions. */
  private static final String COPY =
      """
      with copy as (
        insert into growth.copy (id, template)
        select gen_random_uuid()::text, id from growth.note order by random() limit ?
        returning id, template)
      insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number, type, time_stamp,
        payload_type, payload_revision, payload, meta_data)
      select gen_random_uuid()::text, copy.id, sequence_number, type,
        to_char(now() at time zone 'UTC' + make_interval(secs => nextval('growth.hundredth') / 100.0),
          'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), payload_type, payload_revision,
        convert_to(replace(convert_from(payload, 'UTF8'), template, copy.id), 'UTF8'),
        convert_to((convert_from(meta_data, 'UTF8')::jsonb || jsonb_build_object('correlationId', gen_random_uuid()))::text, 'UTF8')
      from copy join growth.event on aggregate_identifier = template
      order by sequence_number, copy.id
      """;

  /** A note that users have made: its owner, and the last content. */
  private record Template(String user, String body) {}

  /** A copy of a note, and one of its events. */
  private record Sample(
      String id, Template template, long position, String time, String actor, String request) {}

  /** A request for each sample. */
  private interface Operation extends Function<Sample, byte[]> {}

  /** Times by operation and number of events, in ms or, where the name says so, in seconds. */
  private final Map<String, Map<Integer, Double>> times = new LinkedHashMap<>();

  @Override
  public String run(Bench bench) throws Exception {
    Contestant commands = bench.growing();
    Map<String, Template> templates = create(bench, commands);
    for (int size : bench.options().growth()) {
      fill(bench, commands, size);
      Program second = bench.second(commands);
      put("start of a command side, s", size, seconds(second.start()));
      second.close();
      long began = System.nanoTime();
      Bench.QuerySide side = bench.querySide(commands);
      Program queries = side.program();
      if (size <= LARGEST_REPLAY) {
        follow(commands, queries);
        put(REPLAY, size, (System.nanoTime() - began) / 1e9);
      }
      queries.close();
      put("start of a query side, s", size, seconds(queries.start()));
      side.stopMongo();
      measure(bench, commands, queries, samples(bench, commands, templates), size);
      queries.close();
    }
    return text(bench);
  }

  /** Creates notes by requests, which warms the program, and keeps their events as templates. */
  private static Map<String, Template> create(Bench bench, Contestant commands) throws Exception {
    Map<String, Template> templates = new HashMap<>();
    try (Connection connection = new Connection(commands.port())) {
      for (int i = 0; i < Bench.USERS * NOTES_OF_A_USER; i++) {
        String user = Bench.user(i);
        String path = connection.send(commands.create(user)).expect(201).header("Location");
        String body = "";
        for (int version = 1; version < EVENTS_OF_A_NOTE; version++) {
          body = Contestant.note();
          connection.send(Connection.request("PUT", path, commands.as(user), body)).expect(200);
        }
        templates.put(path.substring(path.lastIndexOf('/') + 1), new Template(user, body));
      }
    }
    bench
        .database()
        .execute(
            commands.name(),
            """
            create schema growth;
            create sequence growth.hundredth;
            create table growth.event as select * from events.domain_event_entry where type = 'Note';
            create table growth.note as select distinct aggregate_identifier as id from growth.event;
            create table growth.copy (id text, template text);
            create index on growth.event (aggregate_identifier);
            analyze growth.event
            """);
    return templates;
  }

  /**
   * Copies notes up to a number of events, and waits until all are sealed and auditors find them.
   */
  private static void fill(Bench bench, Contestant commands, int size) throws Exception {
    Database database = bench.database();
    String count = "select count(*) from events.domain_event_entry";
    int missing = size - Integer.parseInt(database.ask(commands.name(), count));
    Bench.say("  %d events are added", missing);
    try (java.sql.Connection connection = database.connect(commands.name());
        PreparedStatement copy = connection.prepareStatement(COPY)) {
      for (int notes = missing / EVENTS_OF_A_NOTE; notes > 0; notes -= COPIES_AT_ONCE) {
        copy.setInt(1, Math.min(notes, COPIES_AT_ONCE));
        copy.executeUpdate();
      }
    }
    Bench.say("  they are sealed");
    seal(database, commands);
    database.execute(commands.name(), "vacuum (analyze)");
    bench.rest(commands.program(), Duration.ofMinutes(5));
  }

  /** Seals all events, and waits until auditors find them. */
  static void seal(Database database, Contestant commands) throws Exception {
    try (Connection connection = new Connection(commands.port())) {
      byte[] run = Connection.request("POST", "/admin/schedules/seal/run", commands.as(ADMIN), "");
      connection.send(run).expect(202);
    }
    await(() -> "t".equals(database.ask(commands.name(), SEALED)));
  }

  /** Waits until the processors of a query side have no events left. */
  private static void follow(Contestant commands, Program queries) throws Exception {
    await(
        () -> {
          try (Connection connection = new Connection(queries.port())) {
            Connection.Response processors =
                connection.send(commands.get(ADMIN, "/admin/processors"));
            return processors.status() == 200
                && LAG.matcher(processors.text())
                    .results()
                    .allMatch(lag -> lag.group(1).equals("0"));
          }
        });
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - start > LONGEST.toNanos()) {
        throw new IllegalStateException("not ready after " + LONGEST);
      }
      Thread.sleep(200);
    }
  }

  /** Returns copies at random, with an event in the middle of their history. */
  private static List<Sample> samples(
      Bench bench, Contestant commands, Map<String, Template> templates) throws SQLException {
    String query =
        """
        select id, template, global_index, time_stamp, events.origin(meta_data, 'actor'),
          events.origin(meta_data, 'correlationId')
        from (select * from growth.copy order by random() limit %d) as copy
        join events.domain_event_entry on aggregate_identifier = id and sequence_number = %d
        """
            .formatted(REQUESTS, EVENTS_OF_A_NOTE / 2);
    List<Sample> samples = new ArrayList<>();
    try (java.sql.Connection connection = bench.database().connect(commands.name());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        samples.add(
            new Sample(
                row.getString(1),
                templates.get(row.getString(2)),
                row.getLong(3),
                row.getString(4),
                row.getString(5),
                row.getString(6)));
      }
    }
    return samples;
  }

  private void measure(
      Bench bench, Contestant commands, Program queries, List<Sample> samples, int size)
      throws Exception {
    String newest = "select max(position) from events.seal_leaf";
    long last = Long.parseLong(bench.database().ask(commands.name(), newest));
    String range = "/audit/verify?from=%d&to=%d".formatted(Math.max(0, last - VERIFIED + 1), last);
    Map<String, Operation> reads = new LinkedHashMap<>();
    reads.put("history page", note -> own(commands, note, "/history"));
    reads.put("as of a time", note -> own(commands, note, "?asOf=" + note.time()));
    reads.put("audit page", note -> page(commands, note, ""));
    reads.put(
        "audit page, aggregateId",
        note -> audit(commands, "/audit/events?aggregateId=" + note.id()));
    reads.put("audit page, aggregateType", note -> page(commands, note, "&aggregateType=Note"));
    reads.put("audit page, type", note -> page(commands, note, "&type=NoteCreated"));
    reads.put("audit page, actor", note -> page(commands, note, "&actor=" + note.actor()));
    reads.put(
        "audit page, correlationId",
        note -> audit(commands, "/audit/events?correlationId=" + note.request()));
    reads.put("audit page, from", note -> audit(commands, "/audit/events?from=" + note.time()));
    reads.put("audit page, to", note -> page(commands, note, "&to=" + note.time()));
    bench.warm("the query side", window -> warm(queries, reads, samples, window));
    try (Connection connection = new Connection(queries.port())) {
      for (Map.Entry<String, Operation> read : reads.entrySet()) {
        put(read.getKey(), size, millis(connection, read.getValue(), samples));
      }
      Operation verify = note -> audit(commands, range);
      put("verify of the newest 10 000", size, millis(connection, verify, samples.subList(0, 10)));
      Operation whole = note -> audit(commands, "/audit/verify");
      put(VERIFY, size, millis(connection, whole, samples.subList(0, 1)) / 1e3);
    }
    try (Connection connection = new Connection(commands.port())) {
      // Decides on the last content of a note that is not cached, and stores nothing.
      Operation load =
          note ->
              Connection.request(
                  "PUT",
                  "/notes/" + note.id(),
                  commands.as(note.template().user()),
                  note.template().body());
      put("load of an aggregate", size, millis(connection, load, samples));
      Operation append = note -> commands.create(note.template().user());
      millis(connection, append, samples);
      put("append", size, millis(connection, append, samples));
    }
  }

  private static byte[] own(Contestant commands, Sample note, String read) {
    return commands.get(note.template().user(), "/notes/" + note.id() + read);
  }

  /** Returns a request for the page after a position. */
  private static byte[] page(Contestant commands, Sample note, String filter) {
    return audit(commands, "/audit/events?after=" + note.position() + filter);
  }

  private static byte[] audit(Contestant commands, String path) {
    return commands.get(ADMIN, path);
  }

  private static double warm(
      Program queries, Map<String, Operation> reads, List<Sample> samples, Duration window)
      throws InterruptedException {
    List<Operation> operations = List.copyOf(reads.values());
    Load.Client client =
        () -> {
          ThreadLocalRandom random = ThreadLocalRandom.current();
          Sample note = samples.get(random.nextInt(samples.size()));
          return operations.get(random.nextInt(operations.size())).apply(note);
        };
    Load.Result result = Load.closed(queries.port(), CONNECTIONS, window, i -> client);
    if (result.answered() == 0) {
      throw new IllegalStateException("all refused: " + result.firstFailure());
    }
    return result.rate();
  }

  /** Returns the median time of an operation on all samples. */
  private static double millis(Connection connection, Operation operation, List<Sample> samples)
      throws IOException {
    long[] nanos = new long[samples.size()];
    for (int i = 0; i < nanos.length; i++) {
      byte[] request = operation.apply(samples.get(i));
      long start = System.nanoTime();
      Connection.Response response = connection.send(request);
      nanos[i] = System.nanoTime() - start;
      if (response.status() >= 300) {
        throw new IllegalStateException(response.toString());
      }
    }
    Arrays.sort(nanos);
    return Load.millis(nanos, 0.5);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  private void put(String operation, int size, double time) {
    times.computeIfAbsent(operation, name -> new TreeMap<>()).put(size, time);
    Bench.say("  %d events, %s: %s", size, operation, Ratios.number(time));
  }

  private String text(Bench bench) throws IOException {
    List<Integer> sizes = bench.options().growth();
    StringBuilder text = new StringBuilder("| events |");
    sizes.forEach(size -> text.append(" %d |".formatted(size)));
    text.append(" exponent |\n| --- |").append(" --- |".repeat(sizes.size() + 1)).append('\n');
    StringBuilder verdicts = new StringBuilder("\n");
    Map<String, Plot> plots = new LinkedHashMap<>();
    times.forEach(
        (operation, bySize) -> {
          double exponent = exponent(bySize);
          text.append("| ").append(operation).append(" |");
          sizes.forEach(
              size ->
                  text.append(
                      bySize.containsKey(size)
                          ? " %s |".formatted(Ratios.number(bySize.get(size)))
                          : " |"));
          text.append(String.format(Locale.ROOT, " %.2f |\n", exponent));
          if (!LINEAR.contains(operation)) {
            verdicts.append(
                Scenario.atMost(FLAT, operation + ", exponent", Ratios.Spread.of(exponent)));
          }
          Plot plot =
              plots.computeIfAbsent(
                  plotOf(operation),
                  name ->
                      new Plot(
                          "Times over the stored events",
                          "events",
                          name.equals(SECONDS) ? "s" : "ms"));
          bySize.forEach((size, time) -> plot.add(operation, size, time));
        });
    for (Map.Entry<String, Plot> plot : plots.entrySet()) {
      bench.plot(plot.getKey(), plot.getValue());
      verdicts.append("\n![Times over the events](benchmarks/%s.svg)\n".formatted(plot.getKey()));
    }
    return text.append(verdicts).toString();
  }

  private static String plotOf(String operation) {
    return operation.endsWith(", s")
        ? SECONDS
        : operation.startsWith("audit") ? "growth-audit" : "growth";
  }

  /** Returns the slope of the logarithms, by least squares: 0 is flat, 1 is linear. */
  private static double exponent(Map<Integer, Double> times) {
    double[] x = times.keySet().stream().mapToDouble(Math::log).toArray();
    double[] y = times.values().stream().mapToDouble(Math::log).toArray();
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double products = 0;
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      products += (x[i] - meanX) * (y[i] - meanY);
      squares += (x[i] - meanX) * (x[i] - meanX);
    }
    return products / squares;
  }
}
