package dev.annals.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The options of a run.
 *
 * @param scenarios names, in the order in which they run
 * @param contestants names, of the standard contestants and of further builds
 * @param also further builds of Annals by name, as jars or launchers
 * @param compilers how each JVM is measured; scenarios that measure one way take the first
 * @param rounds how often each contestant is measured
 * @param warmUp the longest warm-up of a contestant
 * @param measured the time of each measurement
 * @param sizes lengths of lists and other sizes, by name
 * @param whole whether the page is written: all contestants, in full sizes
 * @param given the command line
 */
record Options(
    List<String> scenarios,
    List<String> contestants,
    Map<String, Path> also,
    List<Compilers> compilers,
    int rounds,
    Duration warmUp,
    Duration measured,
    Map<String, List<Integer>> sizes,
    boolean whole,
    String given) {

  /** The compilers of a JVM. */
  enum Compilers {
    BOTH,
    /** {@code -XX:TieredStopAtLevel=1}, which is warm soon. */
    FIRST
  }

  static final String USAGE =
      """
      benchmarks/run [option …]
        --scenario a,b       only these: %s; all but growth by default
        --contestants a,b    only these: %s, and further builds
        --also name=program  a further build of the standalone program or the command side, a jar or a launcher; repeatable
        --compilers both,first  JVMs with both compilers, or the first alone; by default creates and updates are measured with
                             each, and all else with both
        --rounds N           rounds, each with all contestants (5)
        --warm-up S          the longest warm-up of each contestant in seconds (300); it ends when the rate no longer grows
        --seconds S          seconds of each measurement (3)
        --size what=n,m      items=1000,10000 in a list, others=100000 items of other users, events=10,1000,100000 of an
                             aggregate, sessions=1000,5000 that listen, stored=1000000 events before a start,
                             growth=10000,100000,1000000,10000000 stored events (half an hour, and 40 GB); items are
                             10000,100000,1000000 where SPRING_MONGODB_URI names a server (with an empty database)
        --quick              checks that it runs: 2 rounds of 2 seconds, 10 seconds of warm-up, small sizes
      With --quick, --contestants or --also the tables are only printed, else docs/benchmarks.md is written, too.
      Two builds beside plain CRUD, in some minutes:
        benchmarks/run --scenario writes,hot --contestants annals,old,crud --also old=/path/annals.jar --compilers first --warm-up 60
      """;

  static final List<String> CONTESTANTS =
      List.of("annals", "commands", "crud", "express", "fastify", "axon");

  private static final String ITEMS = "items";
  private static final String OTHERS = "others";
  private static final String EVENTS = "events";
  private static final String SESSIONS = "sessions";
  private static final String STORED = "stored";
  private static final String GROWTH = "growth";

  static Options parse(String[] arguments, List<String> all) {
    // Growth takes half an hour and 40 GB.
    List<String> scenarios = all.stream().filter(name -> !name.equals(GROWTH)).toList();
    List<String> contestants = List.of();
    Map<String, Path> also = new LinkedHashMap<>();
    List<Compilers> compilers = List.of(Compilers.values());
    int rounds = 5;
    int warmUp = 300;
    int measured = 3;
    boolean quick = false;
    boolean indexed = System.getenv("SPRING_MONGODB_URI") != null;
    Map<String, List<Integer>> sizes =
        new HashMap<>(
            Map.of(
                ITEMS,
                indexed ? List.of(10_000, 100_000, 1_000_000) : List.of(1_000, 10_000),
                OTHERS,
                List.of(100_000),
                EVENTS,
                List.of(10, 1_000, 100_000),
                SESSIONS,
                List.of(1_000, 5_000),
                STORED,
                List.of(1_000_000),
                GROWTH,
                List.of(10_000, 100_000, 1_000_000, 10_000_000)));
    Deque<String> left = new ArrayDeque<>(Arrays.asList(arguments));
    while (!left.isEmpty()) {
      String option = left.pop();
      switch (option) {
        case "--scenario" -> scenarios = known(left.pop(), "scenario", all);
        case "--contestants" -> contestants = List.of(left.pop().split(",", -1));
        case "--also" -> {
          String[] build = left.pop().split("=", 2);
          if (build.length < 2
              || !build[0].matches("[a-z][a-z0-9]*")
              || CONTESTANTS.contains(build[0])) {
            throw new IllegalArgumentException(
                "--also takes name=program, a new name of a-z and 0-9");
          }
          also.put(build[0], Path.of(build[1]).toAbsolutePath());
        }
        case "--compilers" ->
            compilers =
                known(left.pop(), "choice of compilers", List.of("both", "first")).stream()
                    .map(name -> Compilers.valueOf(name.toUpperCase(Locale.ROOT)))
                    .toList();
        case "--rounds" -> rounds = Integer.parseInt(left.pop());
        case "--warm-up" -> warmUp = Integer.parseInt(left.pop());
        case "--seconds" -> measured = Integer.parseInt(left.pop());
        case "--size" -> {
          String[] size = left.pop().split("=", 2);
          sizes.put(size[0], numbers(size[1]));
        }
        case "--quick" -> {
          quick = true;
          rounds = 2;
          warmUp = 10;
          measured = 2;
          sizes.putAll(
              Map.of(
                  ITEMS,
                  List.of(200, 1_000),
                  OTHERS,
                  List.of(1_000),
                  EVENTS,
                  List.of(10, 1_000),
                  SESSIONS,
                  List.of(200),
                  STORED,
                  List.of(20_000),
                  GROWTH,
                  List.of(10_000, 30_000)));
        }
        default -> throw new IllegalArgumentException("There is no option " + option);
      }
    }
    boolean whole = !quick && contestants.isEmpty() && also.isEmpty();
    List<String> possible =
        Stream.concat(CONTESTANTS.stream(), also.keySet().stream()).distinct().toList();
    return new Options(
        scenarios,
        contestants.isEmpty()
            ? possible
            : known(String.join(",", contestants), "contestant", possible),
        also,
        compilers,
        rounds,
        Duration.ofSeconds(warmUp),
        Duration.ofSeconds(measured),
        sizes,
        whole,
        ("benchmarks/run " + String.join(" ", arguments)).strip());
  }

  List<Integer> items() {
    return sizes.get(ITEMS);
  }

  int others() {
    return sizes.get(OTHERS).get(0);
  }

  List<Integer> events() {
    return sizes.get(EVENTS);
  }

  List<Integer> sessions() {
    return sizes.get(SESSIONS);
  }

  List<Integer> growth() {
    return sizes.get(GROWTH);
  }

  int stored() {
    return sizes.get(STORED).get(0);
  }

  /**
   * Returns the names of a list, in the order of all: programs are cold after the last scenarios.
   */
  private static List<String> known(String list, String kind, List<String> all) {
    List<String> names = List.of(list.split(",", -1));
    for (String name : names) {
      if (!all.contains(name)) {
        throw new IllegalArgumentException("There is no %s %s".formatted(kind, name));
      }
    }
    return all.stream().filter(names::contains).toList();
  }

  private static List<Integer> numbers(String list) {
    return Arrays.stream(list.split(",", -1)).map(Integer::valueOf).toList();
  }
}
