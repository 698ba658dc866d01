package dev.annals.benchmark;

import static dev.annals.benchmark.Contestant.Kind.COMMANDS;
import static dev.annals.benchmark.Contestant.Kind.PEER;
import static dev.annals.benchmark.Contestant.Kind.STANDALONE;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The time until programs are ready and until they are fast, and their memory. The shared event
 * stores have many events by then. The standalone program also starts with its own stores, first
 * with an empty folder, then again.
 */
final class StartUp implements Scenario {

  /** The requests before memory is measured: those of a visitor, not a load. */
  private static final int VISIT = 200;

  private static final double FAST = 0.6;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration FOLLOWED_WITHIN = Duration.ofMinutes(15);

  /** A row of the table. */
  private static final class Row {
    private final Bench bench;
    private final String label;
    private final Contestant.Kind kind;
    private final Ratios figures;

    Row(Bench bench, String label, Contestant.Kind kind) {
      this.bench = bench;
      this.label = label;
      this.kind = kind;
      this.figures = new Ratios(bench.options().rounds());
    }

    void put(String what, int round, double figure) {
      figures.put(what, round, figure);
      Bench.say("  round %d, %s, %s: %s", round + 1, label, what, Ratios.number(figure));
    }

    void start(Program program, String what, int round) throws Exception {
      put(what, round, program.start().toMillis() / 1e3);
    }

    /** Starts a program that has run before, and measures its memory before and after a visit. */
    void visit(Program program, Load.Client visitor, int round) throws Exception {
      start(program, "ready", round);
      bench.rest(program, PATIENCE);
      put("MB when ready", round, Processors.residentMegabytes(program.process()));
      try (Connection connection = new Connection(program.port())) {
        for (int i = 0; i < VISIT; i++) {
          visitor.answered(connection.send(visitor.next()));
        }
      }
      bench.rest(program, PATIENCE);
      put("MB after a visit", round, Processors.residentMegabytes(program.process()));
    }

    String text() {
      return "| %s | %s | %s | %s | %s | %s |\n"
          .formatted(
              label,
              figures.of("first start"),
              figures.of("ready"),
              figures.of("MB when ready"),
              figures.of("MB after a visit"),
              figures.of("fast"));
    }

    String verdict() {
      boolean side = kind == COMMANDS;
      return kind == PEER
          ? ""
          : Scenario.atMost(12, label + ": first start, s", figures.of("first start"))
              + Scenario.atMost(side ? 5 : 8, label + ": start, s", figures.of("ready"))
              + Scenario.atMost(
                  side ? 250 : 400, label + ": MB after a visit", figures.of("MB after a visit"))
              + Scenario.atMost(
                  10, label + ": s until 60 % of its steady rate", figures.of("fast"));
    }
  }

  /** A measurement of a round. */
  private interface Part {
    void measure(int round) throws Exception;
  }

  @Override
  public String run(Bench bench) throws Exception {
    List<Row> rows = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    List<Contestant> contestants = bench.all("annals", "commands", "crud");
    for (Contestant contestant : contestants) {
      Row row = new Row(bench, contestant.label(), contestant.kind());
      rows.add(row);
      double steady = rate(contestant, bench.options().measured());
      bench.rest(contestant);
      parts.add(round -> restart(contestant, steady, row, round));
      if (contestant.kind() != PEER) {
        fill(bench, contestant);
      }
      if (contestant.kind() == STANDALONE) {
        Row own = new Row(bench, contestant.label() + ", own stores", STANDALONE);
        rows.add(own);
        parts.add(round -> ownStores(bench, contestant, own, round));
      }
      if (contestant.label().equals(Bench.SIDE)) {
        Program queries = bench.querySide(contestant).program();
        bench.rest(queries, FOLLOWED_WITHIN);
        queries.close();
        Row reading = new Row(bench, "Annals, query side", COMMANDS);
        rows.add(reading);
        parts.add(
            round -> {
              // Logs in at the command side.
              byte[] read = contestant.get(Bench.user(0), "/notes");
              reading.visit(queries, () -> read, round);
              queries.close();
            });
      }
    }
    for (int round = 0; round < bench.options().rounds(); round++) {
      for (Part part : Bench.rotated(parts, round)) {
        part.measure(round);
      }
    }
    StringBuilder text =
        new StringBuilder(
            """
            | %d events stored, except in own stores | ready after s, with an empty folder | ready after s | MB when ready | MB after a visit | s until 60 %% of its steady rate |
            | --- | --- | --- | --- | --- | --- |
            """
                .formatted(bench.options().stored()));
    rows.forEach(row -> text.append(row.text()));
    text.append('\n');
    rows.forEach(row -> text.append(row.verdict()));
    return text.toString();
  }

  /** Starts a contestant for a visit, and again for a load. */
  private static void restart(Contestant contestant, double steady, Row row, int round)
      throws Exception {
    Program program = contestant.program();
    program.close();
    row.visit(program, new Changes(contestant, Bench.user(0)), round);
    program.close();
    program.start();
    long start = System.nanoTime();
    double rate;
    do {
      rate = rate(contestant, Duration.ofSeconds(1));
    } while (rate < FAST * steady && System.nanoTime() - start < PATIENCE.toNanos());
    row.put("fast", round, (System.nanoTime() - start) / 1e9);
    row.bench.rest(contestant);
  }

  private static void ownStores(Bench bench, Contestant contestant, Row row, int round)
      throws Exception {
    Contestant own = bench.ownStores(contestant, round);
    row.start(own.program(), "first start", round);
    try (Program program = own.program()) {
      own.created(Bench.user(0), 1);
      program.close();
      row.visit(program, new Changes(own, Bench.user(0)), round);
    }
  }

  private static double rate(Contestant contestant, Duration duration) throws InterruptedException {
    List<Changes> clients =
        IntStream.range(0, Bench.CONNECTIONS)
            .mapToObj(i -> new Changes(contestant, Bench.user(i)))
            .toList();
    return Load.closed(contestant.port(), Bench.CONNECTIONS, duration, clients::get).rate();
  }

  /** Stores as many events as were chosen, and waits until they are projected. */
  private static void fill(Bench bench, Contestant contestant) throws Exception {
    String stored =
        bench.database().ask(contestant.name(), "select count(*) from events.domain_event_entry");
    int missing = bench.options().stored() - Integer.parseInt(stored);
    if (missing > 1) {
      Bench.say("  %s is given %d events more", contestant.name(), missing);
      try (Connection connection = new Connection(contestant.port())) {
        LongHistory.ofSoManyEvents(bench, contestant, missing, connection);
      }
      bench.rest(contestant.program(), FOLLOWED_WITHIN);
    }
  }
}
