package dev.annals.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Pushes changes to subscribed sessions, beside a server that does nothing else. */
final class Push implements Scenario {

  /** The users, each with the same number of sessions. */
  private static final int USERS = 5;

  private static final int CHANGES_OF_EACH = 10;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /** A message of the length and the end of those of Annals. */
  private static final String MESSAGE = "m".repeat(520) + '\0';

  @Override
  public String run(Bench bench) throws Exception {
    Contestant annals = bench.annals();
    Contestant bare = bench.contestant("ws").orElse(null);
    int rounds = bench.options().rounds();
    StringBuilder text =
        new StringBuilder(
            """
            | sessions | Annals, deliveries a second | bare ws | ratio |
            | --- | --- | --- | --- |
            """);
    StringBuilder verdict = new StringBuilder("\n");
    for (int sessions : bench.options().sessions()) {
      Ratios rates = new Ratios(rounds);
      for (int round = 0; round < rounds; round++) {
        int number = round;
        List<Callable<Void>> both =
            List.of(
                () -> {
                  rates.put("annals", number, ofAnnals(bench, annals, sessions));
                  return null;
                },
                () -> {
                  if (bare != null) {
                    rates.put("ws", number, ofBare(bare, sessions));
                  }
                  return null;
                });
        for (Callable<Void> one : Bench.rotated(both, round)) {
          one.call();
        }
        Bench.say(
            "  round %d, %d sessions: %.0f deliveries a second, bare %.0f",
            round + 1,
            sessions,
            rates.at("annals", round),
            bare == null ? Double.NaN : rates.at("ws", round));
      }
      text.append(
          "| %d | %s | %s | %s |\n"
              .formatted(
                  sessions,
                  rates.of("annals"),
                  bare == null ? "not run" : rates.of("ws"),
                  bare == null ? "" : rates.ratio("annals", "ws")));
      if (bare != null) {
        verdict.append(
            Scenario.atLeast(
                0.6, "deliveries to %d sessions".formatted(sessions), rates.ratio("annals", "ws")));
      }
    }
    return text.append(verdict).toString();
  }

  private static double ofAnnals(Bench bench, Contestant annals, int sessions) throws Exception {
    try (Listeners listeners = new Listeners()) {
      for (int i = 0; i < sessions; i++) {
        listeners.connect(annals, user(i));
      }
      double rate = rate(annals, listeners, sessions, user -> annals.create(user), 201);
      bench.rest(annals);
      return rate;
    }
  }

  private static double ofBare(Contestant bare, int sessions) throws Exception {
    try (Listeners listeners = new Listeners()) {
      for (int i = 0; i < sessions; i++) {
        listeners.connect(bare.port(), "/" + user(i), List.of());
      }
      return rate(
          bare,
          listeners,
          sessions,
          user -> Connection.request("POST", "/" + user, "", MESSAGE),
          204);
    }
  }

  private interface Change {
    byte[] by(String user);
  }

  private static double rate(
      Contestant contestant, Listeners listeners, int sessions, Change change, int answer)
      throws IOException, InterruptedException {
    listeners.listen();
    long expected = (long) sessions * CHANGES_OF_EACH;
    long start = System.nanoTime();
    List<CompletableFuture<Void>> users = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      String user = user(i);
      users.add(
          CompletableFuture.runAsync(
              () -> {
                try (Connection connection = new Connection(contestant.port())) {
                  for (int number = 0; number < CHANGES_OF_EACH; number++) {
                    connection.send(change.by(user)).expect(answer);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              task -> new Thread(task).start()));
    }
    users.forEach(CompletableFuture::join);
    while (listeners.received() < expected) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IllegalStateException(
            "%s delivered %d of %d".formatted(contestant.label(), listeners.received(), expected));
      }
      Thread.sleep(0, 200_000);
    }
    return expected / ((System.nanoTime() - start) / 1e9);
  }

  private static String user(int number) {
    return "listener" + number % USERS;
  }
}
