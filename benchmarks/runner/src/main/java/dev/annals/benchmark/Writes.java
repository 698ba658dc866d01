package dev.annals.benchmark;

import static dev.annals.benchmark.Contestant.Kind.COMMANDS;
import static dev.annals.benchmark.Contestant.Kind.PEER;

import dev.annals.benchmark.Bench.Measured;
import dev.annals.benchmark.Load.Client;
import dev.annals.benchmark.Options.Compilers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/** Creates notes, then updates them, as fast as each contestant answers. */
final class Writes implements Scenario {

  private static final int OF_EACH = 20;
  private static final String AXON = "Axon with its defaults";

  private final Map<Contestant, List<List<String>>> notes = new HashMap<>();

  /** A contestant with the compilers of its JVM, whose figures are put under its label. */
  private record Entry(Contestant contestant, Figures created, Figures updated) {}

  @Override
  public String run(Bench bench) throws Exception {
    int rounds = bench.options().rounds();
    List<Entry> entries = new ArrayList<>();
    List<Figures> created = new ArrayList<>();
    List<Figures> updated = new ArrayList<>();
    for (Compilers compilers : bench.options().compilers()) {
      Figures creates = new Figures(compilers, rounds);
      Figures updates = new Figures(compilers, rounds);
      created.add(creates);
      updated.add(updates);
      for (Contestant contestant :
          bench.all(compilers, "annals", "commands", "crud", "express", "fastify", "axon")) {
        // A program on Node.js has no compilers to choose, and is measured once.
        if (notes.putIfAbsent(contestant, List.of()) == null) {
          notes.put(contestant, created(contestant));
          entries.add(new Entry(contestant, creates, updates));
          bench.rest(contestant);
        }
      }
    }
    List<Contestant> contestants = entries.stream().map(Entry::contestant).toList();
    Inserts inserts = new Inserts(bench, contestants);
    String ceiling = inserts.label(Bench.CONNECTIONS);
    for (int round = 0; round < rounds; round++) {
      for (Entry entry : Bench.rotated(entries, round)) {
        Contestant contestant = entry.contestant();
        measure(
            bench, contestant, round, entry.created(), i -> () -> contestant.create(Bench.user(i)));
        measure(bench, contestant, round, entry.updated(), i -> updating(contestant, i));
        Bench.say(
            "  round %d, %s: %.0f created, %.0f updated a second",
            round + 1,
            contestant.name(),
            entry.created().rate.at(contestant.label(), round),
            entry.updated().rate.at(contestant.label(), round));
      }
      created.get(0).rate.put(ceiling, round, inserts.rate(Bench.CONNECTIONS));
      Bench.say(
          "  round %d, ceiling: %.0f a second", round + 1, created.get(0).rate.at(ceiling, round));
    }
    List<Contestant> rows =
        entries.stream()
            .filter(entry -> entry.created() == created.get(0))
            .map(Entry::contestant)
            .toList();
    StringBuilder text = new StringBuilder();
    text.append("**Create**\n\n").append(table(rows, created));
    Figures first = created.get(0);
    text.append(
        "| %s | %s | %s | %s |%s\n\n"
            .formatted(
                ceiling,
                first.rate.of(ceiling),
                first.rate.ratio(Bench.ANNALS, ceiling),
                first.rate.ratio(Bench.SIDE, ceiling),
                " |".repeat(5 + 4 * (created.size() - 1))));
    text.append("**Update**\n\n").append(table(rows, updated)).append('\n');
    created.forEach(figures -> text.append(figures.failures));
    updated.forEach(figures -> text.append(figures.failures));
    for (Contestant contestant : rows) {
      if (contestant.kind() != PEER) {
        for (int i = 0; i < created.size(); i++) {
          text.append(verdict(contestant, rows, created.get(i), updated.get(i)));
        }
      }
    }
    return text.toString();
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
    long answered = measured.result().answered();
    figures.failures.add(label + figures.suffix(), measured.result());
    figures.rate.put(label, round, measured.result().rate());
    figures.cpu.put(label, round, measured.millisEach());
    figures.ofServer.put(label, round, measured.millisOfServer() / answered);
    figures.allocated.put(label, round, measured.allocated() / 1000 / answered);
    figures.p50.put(label, round, measured.result().millis(0.5));
    figures.p99.put(label, round, measured.result().millis(0.99));
  }

  private static String table(List<Contestant> contestants, List<Figures> all) {
    StringBuilder text =
        new StringBuilder(
            "| | a second | ratio of standalone | ratio of command side | p50 ms | p99 ms | CPU ms each"
                + " | of that, the server | kB allocated each |");
    List<Figures> further = all.subList(1, all.size());
    for (Figures figures : further) {
      text.append(" a second")
          .append(figures.suffix())
          .append(" | CPU ms each | of that, the server | kB allocated each |");
    }
    text.append("\n|").append(" --- |".repeat(9 + 4 * further.size())).append('\n');
    for (Contestant contestant : contestants) {
      String label = contestant.label();
      Figures main = all.get(0);
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s |"
              .formatted(
                  label,
                  main.rate.of(label),
                  label.equals(Bench.ANNALS) ? "" : main.rate.ratio(Bench.ANNALS, label),
                  label.equals(Bench.SIDE) ? "" : main.rate.ratio(Bench.SIDE, label),
                  Ratios.number(main.p50.of(label).median()),
                  Ratios.number(main.p99.of(label).median()),
                  main.cpu.of(label),
                  Ratios.number(main.ofServer.of(label).median()),
                  main.allocated.of(label)));
      for (Figures figures : further) {
        text.append(
            " %s | %s | %s | %s |"
                .formatted(
                    figures.rate.of(label),
                    figures.cpu.of(label),
                    Ratios.number(figures.ofServer.of(label).median()),
                    figures.allocated.of(label)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String verdict(
      Contestant contestant, List<Contestant> all, Figures created, Figures updated) {
    String label = contestant.label();
    boolean side = contestant.kind() == COMMANDS;
    String what = label + created.suffix() + ": create, ";
    StringBuilder text = new StringBuilder();
    text.append(
        Scenario.atLeast(
            side ? 0.5 : 0.3,
            what + "ratio to Spring Boot",
            created.rate.ratio(label, Bench.CRUD)));
    text.append(
        Scenario.atMost(
            side ? 2 : 3.5,
            what + "CPU, ratio to Spring Boot",
            created.cpu.ratio(label, Bench.CRUD)));
    if (!side) {
      text.append(
          Scenario.atLeast(2, what + "ratio to Axon's defaults", created.rate.ratio(label, AXON)));
    }
    // Other builds are those before a change.
    if (label.equals(side ? Bench.SIDE : Bench.ANNALS)) {
      for (Contestant other : all) {
        if (other.kind() == contestant.kind() && other != contestant) {
          text.append(
              Scenario.atMost(
                  0.5,
                  what + "bytes allocated, ratio to " + other.label(),
                  created.allocated.ratio(label, other.label())));
        }
      }
    }
    return text.append(
            Scenario.atLeast(
                0.8,
                label + created.suffix() + ": update, ratio to create",
                updated.rate.ratio(label, created.rate)))
        .toString();
  }

  /** The figures of a kind of change. */
  private static final class Figures {
    private final Compilers compilers;
    private final Failures failures = new Failures();
    private final Ratios rate;
    private final Ratios cpu;
    private final Ratios ofServer;
    private final Ratios allocated;
    private final Ratios p50;
    private final Ratios p99;

    Figures(Compilers compilers, int rounds) {
      this.compilers = compilers;
      rate = new Ratios(rounds);
      cpu = new Ratios(rounds);
      ofServer = new Ratios(rounds);
      allocated = new Ratios(rounds);
      p50 = new Ratios(rounds);
      p99 = new Ratios(rounds);
    }

    String suffix() {
      return compilers == Compilers.FIRST ? ", first compiler alone" : "";
    }
  }
}
