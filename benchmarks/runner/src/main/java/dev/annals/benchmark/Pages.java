package dev.annals.benchmark;

import static dev.annals.benchmark.Contestant.Kind.PEER;

import dev.annals.benchmark.Load.Result;
import dev.annals.benchmark.Ratios.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Pages of lists of some sizes, among the items of other users, beside those of a table with an
 * index, and requests that do nothing.
 */
final class Pages implements Scenario {

  private static final int PAGE = 20;

  private static final String OTHER = "other";

  private static final String CACHED = "cached";
  private static final String UNCACHED = "uncached";
  private static final String NOTHING = "nothing";
  private static final String KNOWN = "nothing, with a token";

  /**
   * A request for a page.
   *
   * @param items the length of the list, 0 for a request that does nothing
   * @param place first, middle or last
   */
  private record Page(
      Contestant contestant,
      String kind,
      int items,
      String place,
      String user,
      String path,
      String fields) {

    byte[] request() {
      return Connection.request("GET", path, contestant.as(user) + fields, "");
    }

    String name() {
      return name(contestant.label(), kind, items, place);
    }

    static String name(String label, String kind, int items, String place) {
      return "%s, %s, %d, %s".formatted(label, kind, items, place);
    }
  }

  @Override
  public String run(Bench bench) throws Exception {
    List<Contestant> contestants = bench.all("annals", "crud");
    for (Contestant contestant : contestants) {
      int others = bench.options().others();
      Bench.say("  %s: %d notes of other users are created", contestant.name(), others);
      int each = bench.options().items().get(0);
      for (int i = 0; i * each < others; i++) {
        fill(contestant, OTHER + i, Math.min(each, others - i * each));
      }
    }
    List<Page> pages = new ArrayList<>();
    for (int items : bench.options().items()) {
      for (Contestant contestant : contestants) {
        Bench.say("  %s: %d notes are created", contestant.name(), items);
        String token = fill(contestant, "reader" + items, items);
        for (String place : List.of("first", "middle", "last")) {
          if (contestant.kind() == PEER) {
            pages.add(page(contestant, UNCACHED, items, place, ""));
          } else {
            pages.add(page(contestant, CACHED, items, place, ""));
            pages.add(page(contestant, UNCACHED, items, place, token));
          }
        }
      }
    }
    for (Contestant contestant : contestants) {
      bench.rest(contestant.program(), Duration.ofMinutes(5));
      boolean peer = contestant.kind() == PEER;
      if (peer) {
        pages.add(new Page(contestant, NOTHING, 0, "", "reader", "/nothing", ""));
      }
      // Answered from memory; the caller's token and session are checked as for a page.
      String path = peer ? "/nothing/known" : "/flags";
      pages.add(new Page(contestant, KNOWN, 0, "", "reader", path, ""));
    }
    int rounds = bench.options().rounds();
    Ratios rates = new Ratios(rounds);
    Ratios p50 = new Ratios(rounds);
    Ratios p99 = new Ratios(rounds);
    Failures failures = new Failures();
    bench.warm("all kinds of pages", window -> warm(pages, window));
    Duration duration =
        Duration.ofMillis(Math.max(1000, bench.options().measured().toMillis() / 4));
    for (int round = 0; round < rounds; round++) {
      for (Page page : Bench.rotated(pages, 7 * round)) {
        Result result = load(page, duration);
        failures.add(page.name(), result);
        rates.put(page.name(), round, result.rate());
        p50.put(page.name(), round, result.millis(0.5));
        p99.put(page.name(), round, result.millis(0.99));
      }
      Bench.say("  round %d is done: %d kinds of pages", round + 1, pages.size());
    }
    return text(bench, pages, rates, p50, p99) + failures;
  }

  private static Page page(
      Contestant contestant, String kind, int items, String place, String fields) {
    int last = (items - 1) / PAGE;
    int number = place.equals("first") ? 0 : place.equals("middle") ? last / 2 : last;
    String path = "/notes?size=" + PAGE + "&page=" + number;
    return new Page(contestant, kind, items, place, "reader" + items, path, fields);
  }

  private static Result load(Page page, Duration duration) throws InterruptedException {
    byte[] request = page.request();
    return Load.closed(page.contestant().port(), Bench.USERS, duration, i -> () -> request);
  }

  /** Loads all kinds of pages in turn, and returns the geometric mean of their rates. */
  private static double warm(List<Page> pages, Duration window) throws InterruptedException {
    Duration each = window.dividedBy(pages.size());
    double logarithms = 0;
    for (Page page : pages) {
      logarithms += Math.log(load(page, each).rate());
    }
    return Math.exp(logarithms / pages.size());
  }

  private static String text(Bench bench, List<Page> pages, Ratios rates, Ratios p50, Ratios p99)
      throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            | program | page | of items | kind | a second | p50 ms | p99 ms | ratio to nothing, with a token | ratio to Spring Boot's page |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
    StringBuilder verdict = new StringBuilder("\n");
    Plot plot = new Plot("A page of 20, p50", "items in the list", "ms");
    for (Page page : pages) {
      String name = page.name();
      String label = page.contestant().label();
      Spread toKnown = rates.ratio(name, Page.name(label, KNOWN, 0, ""));
      Spread toCrud =
          rates.ratio(name, Page.name(Bench.CRUD, UNCACHED, page.items(), page.place()));
      boolean ours = page.contestant().kind() != PEER;
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  label,
                  page.place(),
                  page.items() == 0 ? "" : page.items(),
                  page.kind(),
                  rates.of(name),
                  p50.of(name),
                  Ratios.number(p99.of(name).median()),
                  page.items() == 0 ? "" : toKnown,
                  ours && page.items() > 0 ? toCrud : ""));
      if (page.items() > 0) {
        plot.add(
            "%s, %s, %s".formatted(page.kind(), page.place(), label),
            page.items(),
            p50.of(name).median());
      }
      String what = "%s, the %s page of %d, ".formatted(label, page.place(), page.items());
      if (page.kind().equals(CACHED)) {
        verdict.append(
            Scenario.atLeast(0.5, what + "cached, ratio to nothing, with a token", toKnown));
      } else if (ours && page.items() > 0) {
        // The longer a list, the more the table has to sort and count.
        double wanted = page.items() < 10_000 ? 0.3 : 1;
        verdict.append(Scenario.atLeast(wanted, what + "uncached, ratio to Spring Boot's", toCrud));
      }
    }
    bench.plot("pages", plot);
    return text.append(verdict)
        .append("\n![A page's time over the items](benchmarks/pages.svg)\n")
        .toString();
  }

  /** Creates the notes of a user, and returns a header field by which a read bypasses the cache. */
  private static String fill(Contestant contestant, String user, int items) throws Exception {
    contestant.as(user);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Bench.USERS; i++) {
      int count = (items - 1 + i) / Bench.USERS;
      Thread thread =
          new Thread(
              () -> {
                try {
                  contestant.created(user, count);
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
      Connection.Response last = connection.send(contestant.create(user)).expect(201);
      return last.head().contains("Consistency-Token")
          ? "Consistency-Token: " + last.header("Consistency-Token") + "\r\n"
          : "";
    }
  }
}
