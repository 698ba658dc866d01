package dev.annals.benchmark;

import java.time.Duration;
import java.util.List;

/**
 * How long programs take to start, and what memory they have, with all that the others left behind,
 * and in the event stores so many events.
 */
final class StartUp implements Scenario {

  private static final Duration USED_FOR = Duration.ofSeconds(3);
  private static final Duration FOLLOWED_WITHIN = Duration.ofMinutes(15);
  private static final String CRUD = "Spring Boot, JdbcTemplate";

  @Override
  public String run(Bench bench) throws Exception {
    List<Contestant> contestants = bench.all("annals", "commands", "crud");
    for (String name : List.of("annals", "commands")) {
      fill(bench, name);
    }
    int rounds = bench.options().rounds();
    Ratios seconds = new Ratios(rounds);
    Ratios idle = new Ratios(rounds);
    Ratios used = new Ratios(rounds);
    for (int round = 0; round < rounds; round++) {
      for (Contestant contestant : Bench.rotated(contestants, round)) {
        Program program = contestant.program();
        program.close();
        String label = contestant.label();
        seconds.put(label, round, program.start().toMillis() / 1e3);
        bench.rest(contestant);
        idle.put(label, round, (double) Processors.residentMebibytes(program.process()));
        Load.closed(
            contestant.port(), Bench.USERS, USED_FOR, i -> new Changes(contestant, Bench.user(i)));
        bench.rest(contestant);
        used.put(label, round, (double) Processors.residentMebibytes(program.process()));
        Bench.say(
            "  round %d, %s: %.1f s, %.0f MiB, %.0f MiB when used",
            round + 1,
            label,
            seconds.at(label, round),
            idle.at(label, round),
            used.at(label, round));
      }
    }
    String events = stored(bench, "annals");
    StringBuilder text =
        new StringBuilder(
            """
            | %s events stored | ready after s | ratio to Spring Boot | MiB when ready | ratio to Spring Boot | MiB when used | ratio to Spring Boot |
            | --- | --- | --- | --- | --- | --- | --- |
            """
                .formatted(events));
    StringBuilder verdict = new StringBuilder("\n");
    for (Contestant contestant : contestants) {
      String label = contestant.label();
      boolean peer = label.equals(CRUD);
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  label,
                  seconds.of(label),
                  peer ? "" : seconds.ratio(label, CRUD),
                  idle.of(label),
                  peer ? "" : idle.ratio(label, CRUD),
                  used.of(label),
                  peer ? "" : used.ratio(label, CRUD)));
      if (!peer) {
        verdict.append(Scenario.atMost(1.5, label + ": start", seconds.ratio(label, CRUD)));
        verdict.append(Scenario.atMost(1.5, label + ": memory when used", used.ratio(label, CRUD)));
      }
    }
    return text.append(verdict).toString();
  }

  /** Has as many events stored as were asked for, and followed. */
  private static void fill(Bench bench, String name) throws Exception {
    Contestant contestant = bench.contestant(name).orElseThrow();
    int missing = bench.options().stored() - Integer.parseInt(stored(bench, name));
    if (missing > 1) {
      Bench.say("  %s is given %d events more", name, missing);
      try (Connection connection = new Connection(contestant.port())) {
        LongHistory.ofSoManyEvents(bench, contestant, name, missing, connection);
      }
      bench.rest(contestant, FOLLOWED_WITHIN);
    }
  }

  private static String stored(Bench bench, String name) throws Exception {
    return bench.database().ask(name, "select count(*) from events.domain_event_entry");
  }
}
