package dev.annals.benchmark;

import dev.annals.benchmark.Load.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Pages of lists of some sizes, beside those of a table with an index, and a request that does
 * nothing.
 */
final class Pages implements Scenario {

  private static final int PAGE = 20;
  private static final String NOTHING = "a request that does nothing";
  private static final String KNOWN = "the same with a token";
  private static final String KEPT = "cached";
  private static final String READ = "uncached";
  private static final String TABLE = "Spring Boot's";

  private record Page(String kind, int items, String place, Contestant contestant, String fields) {

    byte[] request() {
      if (items == 0) {
        return kind.equals(NOTHING)
            ? Connection.request("GET", "/nothing", "", "")
            : Connection.request("GET", "/nothing/known", contestant.as("reader"), "");
      }
      int last = (items - 1) / PAGE;
      int number = place.equals("first") ? 0 : place.equals("middle") ? last / 2 : last;
      String path = "/notes?size=" + PAGE + "&page=" + number;
      return Connection.request("GET", path, contestant.as(reader(items)) + fields, "");
    }

    String name() {
      return kind + " " + items + " " + place;
    }
  }

  @Override
  public String run(Bench bench) throws Exception {
    Contestant annals = bench.annals();
    Contestant crud = bench.contestant("crud").orElseThrow();
    List<Page> pages = new ArrayList<>();
    for (int items : bench.options().items()) {
      Bench.say("  %d notes are created", items);
      String token = fill(annals, items);
      fill(crud, items);
      for (String place : List.of("first", "middle", "last")) {
        pages.add(new Page(KEPT, items, place, annals, ""));
        pages.add(new Page(READ, items, place, annals, token));
        pages.add(new Page(TABLE, items, place, crud, ""));
      }
      bench.rest(annals);
      bench.rest(crud);
    }
    pages.add(new Page(NOTHING, 0, "", crud, ""));
    pages.add(new Page(KNOWN, 0, "", crud, ""));
    int rounds = bench.options().rounds();
    Ratios rates = new Ratios(rounds);
    Ratios p50 = new Ratios(rounds);
    Ratios p99 = new Ratios(rounds);
    Failures failures = new Failures();
    Duration duration =
        Duration.ofMillis(Math.max(1000, bench.options().measured().toMillis() / 4));
    Bench.say("  all of them are warmed");
    Duration warmUp = bench.options().warmUp().dividedBy(pages.size());
    for (Page page : pages) {
      byte[] request = page.request();
      Load.closed(page.contestant().port(), Bench.USERS, warmUp, i -> () -> request);
    }
    for (int round = 0; round < rounds; round++) {
      for (Page page : Bench.rotated(pages, 7 * round)) {
        byte[] request = page.request();
        Result result =
            Load.closed(page.contestant().port(), Bench.USERS, duration, i -> () -> request);
        failures.add(page.name(), result);
        rates.put(page.name(), round, result.rate());
        p50.put(page.name(), round, result.millis(0.5));
        p99.put(page.name(), round, result.millis(0.99));
      }
      Bench.say("  round %d is done: %d kinds of pages", round + 1, pages.size());
    }
    return text(bench, pages, rates, p50, p99) + failures;
  }

  private static String text(Bench bench, List<Page> pages, Ratios rates, Ratios p50, Ratios p99)
      throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            | page | of items | kind | a second | p50 ms | p99 ms | ratio to a request that does nothing |
            | --- | --- | --- | --- | --- | --- | --- |
            """);
    StringBuilder verdict = new StringBuilder("\n");
    Plot plot = new Plot("A page of 20, p50", "items in the list", "ms");
    for (Page page : pages) {
      String name = page.name();
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  page.place(),
                  page.items() == 0 ? "" : page.items(),
                  page.kind(),
                  rates.of(name),
                  p50.of(name),
                  Ratios.number(p99.of(name).median()),
                  page.kind().equals(NOTHING) ? "" : rates.ratio(name, NOTHING + " 0 ")));
      if (page.items() > 0) {
        plot.add(page.kind() + ", " + page.place(), page.items(), p50.of(name).median());
      }
      if (page.kind().equals(KEPT)) {
        String what = "the %s page of %d, cached, ".formatted(page.place(), page.items());
        verdict.append(
            Scenario.atLeast(
                3, what + "ratio to uncached", rates.ratio(name, name.replace(KEPT, READ))));
        verdict.append(
            Scenario.atLeast(
                0.6,
                what + "ratio to a request that does nothing",
                rates.ratio(name, NOTHING + " 0 ")));
      }
    }
    bench.plot("pages", plot);
    return text.append(verdict)
        .append("\n![A page's time over the items](benchmarks/pages.svg)\n")
        .toString();
  }

  private static String reader(int items) {
    return "reader" + items;
  }

  /** Creates what is missing, and returns a header field by which a read passes by the cache. */
  private static String fill(Contestant contestant, int items) throws Exception {
    String reader = reader(items);
    contestant.as(reader);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Bench.USERS; i++) {
      int count = (items - 1 + i) / Bench.USERS;
      Thread thread =
          new Thread(
              () -> {
                try {
                  contestant.created(reader, count);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    try (Connection connection = new Connection(contestant.port())) {
      Connection.Response last = connection.send(contestant.create(reader)).expect(201);
      return last.head().contains("Consistency-Token")
          ? "Consistency-Token: " + last.header("Consistency-Token") + "\r\n"
          : "";
    }
  }
}
