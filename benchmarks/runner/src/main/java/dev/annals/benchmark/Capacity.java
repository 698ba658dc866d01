package dev.annals.benchmark;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Predicts the processes and the stores that a load needs, from the measured cost of each
 * operation. {@code benchmarks/model} runs this file alone, so it uses no other class.
 */
final class Capacity {

  /** A kind of process, or a store. */
  enum Kind {
    GATEWAY,
    COMMANDS,
    IDENTITY,
    WORKER,
    QUERIES,
    POSTGRESQL,
    REDIS;

    static final Set<Kind> PROGRAMS = Set.of(GATEWAY, COMMANDS, IDENTITY, WORKER, QUERIES);
    static final Set<Kind> SIDES = Set.of(COMMANDS, IDENTITY, WORKER, QUERIES);
  }

  /** An operation. Its cost is processor time in ms, in each kind of process. */
  enum Operation {
    CHANGE("a change, with all that follows from it"),
    FOLLOW("a change, of each further query side"),
    CACHED("a page of a list, cached"),
    UNCACHED("a page of a list, uncached"),
    REFRESH("a refresh of a token"),
    LOGIN("a login, without the hash of the password"),
    PUSH("a notification, for each session that gets it"),
    /** For a store, of each side that is connected to it. */
    IDLE("a second of an idle process");

    private final String label;

    Operation(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** The processor time of a password's hash in ms (ADR 52). */
  private static final double HASH = 250;

  /** The processor time in ms a second that a process uses at most: 60 % of two processors. */
  private static final double CAPACITY = 0.6 * 2 * 1000;

  /** Of each role, since one may fail. */
  private static final int LEAST = 2;

  private static final int CONNECTIONS = 16;
  private static final double CACHE_SECONDS = 30;
  private static final double CREATED = 0.25;
  private static final double SECONDS_OF_A_DAY = 86_400;
  private static final double REFRESH_SECONDS = 600;
  private static final int DAYS = 365;

  /** What users do, by name. {@code benchmarks/model} takes other values. */
  private static final Map<String, Double> ASSUMED = new LinkedHashMap<>();

  static {
    ASSUMED.put("active", 0.1);
    ASSUMED.put("changes", 20.0);
    ASSUMED.put("pages", 100.0);
    ASSUMED.put("cached", 0.5);
    ASSUMED.put("logins", 0.2);
    ASSUMED.put("online", 0.2);
    ASSUMED.put("sessions", 1.5);
    ASSUMED.put("peak", 5.0);
  }

  private final Properties measured;

  Capacity(Properties measured) {
    this.measured = measured;
  }

  /** Prints the needs of some numbers of users as a table. */
  public static void main(String[] arguments) throws IOException {
    List<Long> users = List.of(10_000L, 100_000L, 1_000_000L);
    Map<String, Double> assumed = new LinkedHashMap<>(ASSUMED);
    for (String argument : List.of(arguments).subList(1, arguments.length)) {
      String[] each = argument.split("=", 2);
      if (each.length == 2 && each[0].equals("users")) {
        users = Arrays.stream(each[1].split(",", -1)).map(Long::valueOf).toList();
      } else if (each.length == 2 && assumed.containsKey(each[0])) {
        assumed.put(each[0], Double.valueOf(each[1]));
      } else {
        System.err.printf(
            "benchmarks/model [users=10000,100000] [assumption=value …], of %s%n", assumed);
        System.exit(2);
      }
    }
    Properties measured = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
      measured.load(file);
    }
    try {
      System.out.print(new Capacity(measured).table(users, assumed));
    } catch (IllegalArgumentException tooMany) {
      System.err.println(tooMany.getMessage());
      System.exit(1);
    }
  }

  /** Returns the name of a cost among the measured ones. */
  static String key(Operation operation, Kind kind) {
    return "%s.%s".formatted(operation, kind).toLowerCase(Locale.ROOT);
  }

  private double measured(String key) {
    return Double.parseDouble(measured.getProperty(key, "0"));
  }

  double cost(Operation operation, Kind kind) {
    return measured(key(operation, kind));
  }

  /**
   * Returns the processor time of each kind, in ms a second.
   *
   * @param rates operations a second
   * @param processes the number of processes that have a role; one process may have several
   */
  Map<Kind, Double> busy(Map<Operation, Double> rates, Map<Kind, Integer> processes) {
    Map<Kind, Double> busy = new EnumMap<>(Kind.class);
    int sides = Kind.SIDES.stream().mapToInt(side -> processes.getOrDefault(side, 0)).sum();
    int followers = processes.getOrDefault(Kind.QUERIES, 1) - 1;
    for (Kind kind : Kind.values()) {
      int idle = Kind.PROGRAMS.contains(kind) ? processes.getOrDefault(kind, 0) : sides;
      double sum =
          idle * cost(Operation.IDLE, kind)
              + followers
                  * rates.getOrDefault(Operation.CHANGE, 0.0)
                  * cost(Operation.FOLLOW, kind);
      for (Map.Entry<Operation, Double> rate : rates.entrySet()) {
        sum += rate.getValue() * cost(rate.getKey(), kind);
      }
      busy.put(kind, sum);
    }
    return busy;
  }

  /** Returns the rates at the peak of a day. */
  private static Map<Operation, Double> peak(long users, Map<String, Double> assumed) {
    double active = users * assumed.get("active");
    double atPeak = active * assumed.get("peak") / SECONDS_OF_A_DAY;
    double changes = atPeak * assumed.get("changes");
    double pages = atPeak * assumed.get("pages");
    return Map.of(
        Operation.CHANGE, changes,
        Operation.CACHED, pages * assumed.get("cached"),
        Operation.UNCACHED, pages * (1 - assumed.get("cached")),
        Operation.LOGIN, atPeak * assumed.get("logins"),
        Operation.REFRESH, active * assumed.get("online") / REFRESH_SECONDS,
        // The user who changes is online.
        Operation.PUSH, changes * assumed.get("sessions"));
  }

  /**
   * Returns the processes that keep below their capacity at these rates.
   *
   * @throws IllegalArgumentException if one query side cannot read all events
   */
  private Map<Kind, Integer> needed(Map<Operation, Double> rates) {
    double changes = rates.get(Operation.CHANGE);
    double most = CAPACITY / cost(Operation.FOLLOW, Kind.QUERIES);
    if (changes >= most) {
      throw new IllegalArgumentException(
          "%.0f changes a second are too many: each query side reads all events, and is full at %.0f"
              .formatted(changes, most));
    }
    Map<Kind, Integer> needed = new EnumMap<>(Kind.class);
    Kind.PROGRAMS.forEach(kind -> needed.put(kind, LEAST));
    boolean enough = false;
    while (!enough) {
      Map<Kind, Double> busy = busy(rates, needed);
      busy.merge(Kind.IDENTITY, rates.get(Operation.LOGIN) * HASH, Double::sum);
      enough = true;
      for (Kind kind : Kind.PROGRAMS) {
        if (busy.get(kind) > needed.get(kind) * CAPACITY) {
          needed.merge(kind, 1, Integer::sum);
          enough = false;
        }
      }
    }
    return needed;
  }

  private record Need(
      Map<Operation, Double> rates,
      Map<Kind, Integer> processes,
      Map<Kind, Double> busy,
      double events) {}

  /** Returns the needs of some numbers of users, as a table of Markdown. */
  String table(List<Long> users) {
    return table(users, ASSUMED);
  }

  private String table(List<Long> users, Map<String, Double> assumed) {
    List<Need> needs = new ArrayList<>();
    for (long each : users) {
      Map<Operation, Double> rates = peak(each, assumed);
      Map<Kind, Integer> processes = needed(rates);
      double events = each * assumed.get("active") * assumed.get("changes") * DAYS;
      needs.add(new Need(rates, processes, busy(rates, processes), events));
    }
    double gigabyte = 1e9;
    Map<String, Function<Need, Double>> rows = new LinkedHashMap<>();
    rows.put("changes a second at the peak", need -> need.rates().get(Operation.CHANGE));
    rows.put(
        "pages a second",
        need -> need.rates().get(Operation.CACHED) + need.rates().get(Operation.UNCACHED));
    rows.put("pushed notifications a second", need -> need.rates().get(Operation.PUSH));
    for (Kind kind : Kind.values()) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      if (Kind.PROGRAMS.contains(kind)) {
        rows.put("processes: " + name, need -> (double) need.processes().get(kind));
      }
    }
    rows.put("PostgreSQL, processors in use", need -> need.busy().get(Kind.POSTGRESQL) / 1000);
    rows.put(
        "PostgreSQL, connections",
        need -> {
          int sides = Kind.SIDES.stream().mapToInt(need.processes()::get).sum();
          // One more of each role while processes are replaced.
          return (double) CONNECTIONS * (sides + Kind.SIDES.size());
        });
    rows.put("PostgreSQL, GB a year", need -> need.events() * measured("event.bytes") / gigabyte);
    rows.put(
        "MongoDB, GB of documents a year",
        need -> need.events() * CREATED * measured("document.bytes") / gigabyte);
    rows.put("Redis, processors in use", need -> need.busy().get(Kind.REDIS) / 1000);
    rows.put(
        "Redis, GB of pages",
        need ->
            need.rates().get(Operation.UNCACHED)
                * CACHE_SECONDS
                * measured("page.bytes")
                / gigabyte);
    StringBuilder text = new StringBuilder("| users |");
    users.forEach(each -> text.append(String.format(Locale.ROOT, " %d |", each)));
    text.append("\n| --- |").append(" --- |".repeat(users.size())).append('\n');
    rows.forEach(
        (name, figure) ->
            text.append("| %s |".formatted(name))
                .append(
                    needs.stream()
                        .map(need -> " " + number(figure.apply(need)) + " |")
                        .collect(Collectors.joining()))
                .append('\n'));
    return text.toString();
  }

  private static String number(double value) {
    return String.format(
        Locale.ROOT, value == Math.rint(value) || value >= 99.95 ? "%.0f" : "%.2g", value);
  }
}
