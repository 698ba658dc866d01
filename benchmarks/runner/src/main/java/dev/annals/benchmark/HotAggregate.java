package dev.annals.benchmark;

import static dev.annals.benchmark.Contestant.Kind.COMMANDS;

import dev.annals.benchmark.Load.Result;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All clients update the same note, whatever its version. */
final class HotAggregate implements Scenario {

  @Override
  public String run(Bench bench) throws Exception {
    List<Contestant> contestants = bench.all("annals", "commands", "crud");
    Inserts inserts = new Inserts(bench, contestants);
    Map<Contestant, String> notes = new HashMap<>();
    for (Contestant contestant : contestants) {
      notes.put(contestant, contestant.created(Bench.user(0), 1).get(0));
    }
    int rounds = bench.options().rounds();
    Ratios rates = new Ratios(rounds);
    Map<String, Long> lost = new HashMap<>();
    Map<String, Long> failed = new HashMap<>();
    String ceiling = inserts.label(1);
    for (int round = 0; round < rounds; round++) {
      for (Contestant contestant : Bench.rotated(contestants, round)) {
        String note = notes.get(contestant);
        long before = version(contestant, note);
        Result result =
            Load.closed(
                contestant.port(),
                Bench.CONNECTIONS,
                bench.options().measured(),
                i -> () -> contestant.update(Bench.user(0), note));
        long added = version(contestant, note) - before - 1;
        bench.rest(contestant);
        rates.put(contestant.label(), round, result.rate());
        lost.merge(contestant.label(), result.answered() - added, Long::sum);
        failed.merge(contestant.label(), result.failed(), Long::sum);
        Bench.say(
            "  round %d, %s: %.0f a second %s",
            round + 1, contestant.label(), result.rate(), result.firstFailure());
      }
      rates.put(ceiling, round, inserts.rate(1));
      Bench.say("  round %d, ceiling: %.0f a second", round + 1, rates.at(ceiling, round));
    }
    StringBuilder text =
        new StringBuilder(
            """
            | | a second | ratio to the ceiling | acknowledged, but lost | not 200 |
            | --- | --- | --- | --- | --- |
            """);
    for (Contestant contestant : contestants) {
      String label = contestant.label();
      text.append(
          "| %s | %s | %s | %d | %d |\n"
              .formatted(
                  label,
                  rates.of(label),
                  rates.ratio(label, ceiling),
                  lost.get(label),
                  failed.get(label)));
    }
    text.append("| %s | %s | | | |\n\n".formatted(ceiling, rates.of(ceiling)));
    for (Contestant contestant : contestants) {
      if (contestant.kind() == COMMANDS) {
        String label = contestant.label();
        text.append(
            Scenario.atLeast(0.3, label + ", ratio to the ceiling", rates.ratio(label, ceiling)));
      }
    }
    return text.toString();
  }

  private static long version(Contestant contestant, String note) throws IOException {
    try (Connection connection = new Connection(contestant.port())) {
      String tag =
          connection.send(contestant.update(Bench.user(0), note)).expect(200).header("ETag");
      return Long.parseLong(tag.replace("\"", ""));
    }
  }
}
