package dev.annals.benchmark;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was asked for.
 *
 * @param scenarios their names, in the order of all
 * @param rounds how often each is measured
 * @param warmUp how long each program is under load before it is measured
 * @param measured how long each is measured in a round
 * @param sizes how much there is of something
 * @param given as it was typed
 */
record Options(
    List<String> scenarios,
    int rounds,
    Duration warmUp,
    Duration measured,
    Map<String, List<Integer>> sizes,
    String given) {

  static final String USAGE =
      """
      benchmarks/run [option …]
        --scenario a,b     only these: %s
        --rounds N         rounds, each with all candidates (5)
        --warm-up S        seconds of load on each program before (60)
        --seconds S        seconds of each measurement (3)
        --size what=n,m    items=1000,10000 in a list, events=10,1000,100000 of an aggregate, sessions=1000,5000 that listen,
                           stored=1000000 events before a start; items are 10000,100000,1000000 where SPRING_MONGODB_URI names a server (with an empty database)
        --quick            to check that it runs: 2 rounds of 2 seconds, 10 seconds of warm-up, small sizes
      """;

  private static final String ITEMS = "items";
  private static final String EVENTS = "events";
  private static final String SESSIONS = "sessions";
  private static final String STORED = "stored";

  static Options parse(String[] arguments, List<String> all) {
    List<String> scenarios = all;
    int rounds = 5;
    int warmUp = 60;
    int measured = 3;
    boolean indexed = System.getenv("SPRING_MONGODB_URI") != null;
    Map<String, List<Integer>> sizes =
        new HashMap<>(
            Map.of(
                ITEMS,
                indexed ? List.of(10_000, 100_000, 1_000_000) : List.of(1_000, 10_000),
                EVENTS,
                List.of(10, 1_000, 100_000),
                SESSIONS,
                List.of(1_000, 5_000),
                STORED,
                List.of(1_000_000)));
    Deque<String> left = new ArrayDeque<>(Arrays.asList(arguments));
    while (!left.isEmpty()) {
      String option = left.pop();
      switch (option) {
        case "--scenario" -> scenarios = List.of(left.pop().split(",", -1));
        case "--rounds" -> rounds = Integer.parseInt(left.pop());
        case "--warm-up" -> warmUp = Integer.parseInt(left.pop());
        case "--seconds" -> measured = Integer.parseInt(left.pop());
        case "--size" -> {
          String[] size = left.pop().split("=", 2);
          sizes.put(size[0], numbers(size[1]));
        }
        case "--quick" -> {
          rounds = 2;
          warmUp = 10;
          measured = 2;
          sizes.putAll(
              Map.of(
                  ITEMS,
                  List.of(200, 1_000),
                  EVENTS,
                  List.of(10, 1_000),
                  SESSIONS,
                  List.of(200),
                  STORED,
                  List.of(20_000)));
        }
        default -> throw new IllegalArgumentException("There is no option " + option);
      }
    }
    List<String> unknown = new ArrayList<>(scenarios);
    unknown.removeAll(all);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("There is no scenario " + String.join(", ", unknown));
    }
    // Start last: it leaves cold programs behind.
    List<String> chosen = scenarios;
    return new Options(
        all.stream().filter(chosen::contains).toList(),
        rounds,
        Duration.ofSeconds(warmUp),
        Duration.ofSeconds(measured),
        sizes,
        ("benchmarks/run " + String.join(" ", arguments)).strip());
  }

  List<Integer> items() {
    return sizes.get(ITEMS);
  }

  List<Integer> events() {
    return sizes.get(EVENTS);
  }

  List<Integer> sessions() {
    return sizes.get(SESSIONS);
  }

  int stored() {
    return sizes.get(STORED).get(0);
  }

  private static List<Integer> numbers(String list) {
    return Arrays.stream(list.split(",", -1)).map(Integer::valueOf).collect(Collectors.toList());
  }
}
