package dev.annals.benchmark;

import dev.annals.benchmark.Bench.Measured;
import dev.annals.benchmark.Load.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/** Notes are created, then updated, by all who can, as fast as they answer. */
final class Writes implements Scenario {

  private static final int OF_EACH = 20;
  private static final String ANNALS = "Annals, standalone";
  private static final String COMMANDS = "Annals, command side alone";
  private static final String CRUD = "Spring Boot, JdbcTemplate";
  private static final String EXPRESS = "Express, pg";
  private static final String AXON = "Axon with its defaults";

  private final Map<Contestant, List<List<String>>> notes = new HashMap<>();

  @Override
  public String run(Bench bench) throws Exception {
    List<Contestant> contestants =
        bench.all("annals", "commands", "crud", "express", "fastify", "axon");
    for (Contestant contestant : contestants) {
      notes.put(contestant, created(contestant));
      bench.rest(contestant);
    }
    Inserts inserts = new Inserts(bench);
    String ceiling = inserts.label(Bench.CONNECTIONS);
    int rounds = bench.options().rounds();
    Figures created = new Figures(rounds);
    Figures updated = new Figures(rounds);
    for (int round = 0; round < rounds; round++) {
      for (Contestant contestant : Bench.rotated(contestants, round)) {
        measure(bench, contestant, round, created, i -> () -> contestant.create(Bench.user(i)));
        measure(bench, contestant, round, updated, i -> updating(contestant, i));
        Bench.say(
            "  round %d, %s: %.0f created, %.0f updated a second",
            round + 1,
            contestant.label(),
            created.rate.at(contestant.label(), round),
            updated.rate.at(contestant.label(), round));
      }
      created.rate.put(ceiling, round, inserts.rate(Bench.CONNECTIONS));
      Bench.say("  round %d, ceiling: %.0f a second", round + 1, created.rate.at(ceiling, round));
    }
    return "**Create**\n\n"
        + table(contestants, created)
        + "| %s | %s | %s | %s | | | | |\n\n"
            .formatted(
                ceiling,
                created.rate.of(ceiling),
                created.rate.ratio(ANNALS, ceiling),
                created.rate.ratio(COMMANDS, ceiling))
        + "**Update**\n\n"
        + table(contestants, updated)
        + "\n"
        + created.failures
        + updated.failures
        + verdict(ANNALS, created, updated)
        + verdict(COMMANDS, created, updated);
  }

  private static List<List<String>> created(Contestant contestant) throws IOException {
    List<List<String>> ofEach = new ArrayList<>();
    for (int i = 0; i < Bench.CONNECTIONS; i++) {
      ofEach.add(contestant.created(Bench.user(i), OF_EACH));
    }
    return ofEach;
  }

  private Client updating(Contestant contestant, int connection) {
    List<String> own = notes.get(contestant).get(connection);
    String user = Bench.user(connection);
    return () -> contestant.update(user, own.get(ThreadLocalRandom.current().nextInt(own.size())));
  }

  private static void measure(
      Bench bench, Contestant contestant, int round, Figures figures, IntFunction<Client> clients)
      throws Exception {
    String label = contestant.label();
    Measured measured =
        bench.measure(
            contestant,
            () ->
                Load.closed(
                    contestant.port(), Bench.CONNECTIONS, bench.options().measured(), clients));
    figures.failures.add(label, measured.result());
    figures.rate.put(label, round, measured.result().rate());
    figures.cpu.put(label, round, measured.millisEach());
    figures.ofServer.put(label, round, measured.millisOfServer() / measured.result().answered());
    figures.p50.put(label, round, measured.result().millis(0.5));
    figures.p99.put(label, round, measured.result().millis(0.99));
  }

  private static String table(List<Contestant> contestants, Figures figures) {
    StringBuilder text =
        new StringBuilder(
            """
            | | a second | ratio of standalone | ratio of command side | p50 ms | p99 ms | CPU ms each | of that, the server |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
    for (Contestant contestant : contestants) {
      String label = contestant.label();
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  label,
                  figures.rate.of(label),
                  label.equals(ANNALS) ? "" : figures.rate.ratio(ANNALS, label),
                  label.equals(COMMANDS) ? "" : figures.rate.ratio(COMMANDS, label),
                  Ratios.number(figures.p50.of(label).median()),
                  Ratios.number(figures.p99.of(label).median()),
                  figures.cpu.of(label),
                  Ratios.number(figures.ofServer.of(label).median())));
    }
    return text.toString();
  }

  private static String verdict(String which, Figures created, Figures updated) {
    StringBuilder text = new StringBuilder();
    text.append(
        Scenario.atLeast(
            0.6, which + ": create, ratio to Spring Boot", created.rate.ratio(which, CRUD)));
    if (created.rate.has(EXPRESS)) {
      text.append(
          Scenario.atLeast(
              1, which + ": create, ratio to Express", created.rate.ratio(which, EXPRESS)));
    }
    text.append(
        Scenario.atLeast(
            3, which + ": create, ratio to Axon's defaults", created.rate.ratio(which, AXON)));
    text.append(
        Scenario.atMost(
            0.8, which + ": CPU ms of a create, including the database", created.cpu.of(which)));
    text.append(
        Scenario.atLeast(
            0.8, which + ": update, ratio to create", updated.rate.ratio(which, created.rate)));
    return text.toString();
  }

  /** What is told of each kind of change. */
  private static final class Figures {
    private final Failures failures = new Failures();
    private final Ratios rate;
    private final Ratios cpu;
    private final Ratios ofServer;
    private final Ratios p50;
    private final Ratios p99;

    Figures(int rounds) {
      rate = new Ratios(rounds);
      cpu = new Ratios(rounds);
      ofServer = new Ratios(rounds);
      p50 = new Ratios(rounds);
      p99 = new Ratios(rounds);
    }
  }
}
