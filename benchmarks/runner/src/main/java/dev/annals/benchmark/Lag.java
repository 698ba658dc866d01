package dev.annals.benchmark;

import static dev.annals.benchmark.Contestant.Kind.STANDALONE;

import dev.annals.benchmark.Connection.Response;
import dev.annals.benchmark.Load.Result;
import dev.annals.benchmark.Ratios.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/**
 * The time from a change's response to the response of a read with its Consistency-Token, which
 * waits until the read model includes the change. It includes the read's round trip, so it is an
 * upper bound.
 */
final class Lag implements Scenario {

  /** The most changes a second that are read: reads are load, too. */
  private static final int LOOKS_PER_SECOND = 50;

  private static final int OF_EACH = 20;
  private static final int LOW = 20;
  private static final int MIDDLE = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Override
  public String run(Bench bench) throws Exception {
    StringBuilder text =
        new StringBuilder(
            """
            | deployment | changes a second | reached | sampled | p50 ms | p50 of the rounds | p99 ms | longest ms |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            """);
    StringBuilder verdict = new StringBuilder("\n");
    Plot plot = new Plot("From a change's answer to its being visible", "changes a second", "ms");
    for (Contestant contestant : bench.all("annals", "commands")) {
      if (contestant.kind() == STANDALONE) {
        new Deployment(bench, contestant.label(), contestant, List.of(contestant.port()))
            .measure(text, verdict, plot);
      } else {
        try (Bench.QuerySide queries = bench.querySide(contestant)) {
          List<Integer> ports = List.of(contestant.port(), queries.program().port());
          new Deployment(bench, contestant.label() + ", and a query side", contestant, ports)
              .measure(text, verdict, plot);
        }
      }
    }
    bench.plot("lag", plot);
    return text.append(verdict).append("\n![Lag over the rate](benchmarks/lag.svg)\n").toString();
  }

  /** The programs that are changed and read. */
  private static final class Deployment {
    private final Bench bench;
    private final String name;
    private final Contestant changed;
    private final List<Integer> ports;
    private final List<List<String>> notes = new ArrayList<>();

    /**
     * Creates a deployment.
     *
     * @param ports of changes, and of reads if that is another process
     */
    Deployment(Bench bench, String name, Contestant changed, List<Integer> ports) {
      this.bench = bench;
      this.name = name;
      this.changed = changed;
      this.ports = ports;
    }

    void measure(StringBuilder text, StringBuilder verdict, Plot plot) throws Exception {
      for (int i = 0; i < Bench.USERS; i++) {
        notes.add(new CopyOnWriteArrayList<>(changed.created(Bench.user(i), OF_EACH)));
      }
      awaitReader();
      if (ports.size() > 1) {
        // The load's rate is fixed, so what grows is the speed of an answer.
        bench.warm(name, window -> 1 / Load.open(ports, MIDDLE / 2, window, step(1)).millis(0.5));
      }
      int high = (int) (0.7 * most());
      int rounds = bench.options().rounds();
      Duration duration = Duration.ofMillis(bench.options().measured().toMillis() * 3 / 2);
      Map<Integer, long[]> lags = new LinkedHashMap<>();
      Ratios medians = new Ratios(rounds);
      Ratios reached = new Ratios(rounds);
      Failures failures = new Failures();
      List<Integer> rates = List.of(LOW, MIDDLE, high);
      for (int round = 0; round < rounds; round++) {
        for (int rate : Bench.rotated(rates, round)) {
          Result result =
              Load.open(ports, rate, duration, step(Math.max(1, rate / LOOKS_PER_SECOND)));
          bench.rest(changed);
          failures.add(name + " at " + rate, result);
          lags.merge(rate, result.nanos(), Deployment::joined);
          medians.put("" + rate, round, result.millis(0.5));
          reached.put("" + rate, round, result.rate());
          Bench.say(
              "  round %d, %s, %d a second: p50 %.1f ms, p99 %.1f ms",
              round + 1, name, rate, result.millis(0.5), result.millis(0.99));
        }
      }
      for (int rate : rates) {
        long[] all = lags.get(rate);
        Arrays.sort(all);
        double p99 = Load.millis(all, 0.99);
        String what = rate + (rate == high ? " (70 % of the maximum)" : "");
        text.append(
            "| %s | %s | %s | %d | %.1f | %s | %.1f | %.1f |\n"
                .formatted(
                    name,
                    what,
                    reached.of("" + rate),
                    all.length,
                    Load.millis(all, 0.5),
                    medians.of("" + rate),
                    p99,
                    Load.millis(all, 1)));
        plot.add(name + ", p50", rate, Load.millis(all, 0.5));
        plot.add(name + ", p99", rate, p99);
        if (rate != high) {
          verdict.append(Scenario.atMost(15, name + ", p50 ms at " + what, medians.of("" + rate)));
        }
        verdict.append(
            Scenario.atMost(rate == high ? 250 : 75, name + ", p99 ms at " + what, Spread.of(p99)));
      }
      verdict.append(failures);
    }

    /** Waits until a query side that was just started has read all earlier events. */
    private void awaitReader() throws IOException, InterruptedException {
      long start = System.nanoTime();
      try (Connection changes = new Connection(ports.get(0));
          Connection reads = new Connection(ports.get(ports.size() - 1))) {
        Response last = changes.send(changed.create(Bench.user(0))).expect(201);
        while (reads.send(read(Bench.user(0), last.header("Location"), last)).status() != 200) {
          if (System.nanoTime() - start > PATIENCE.toNanos()) {
            throw new IllegalStateException("the query side does not catch up");
          }
          Thread.sleep(100);
        }
      }
      bench.rest(changed);
    }

    private double most() throws InterruptedException {
      Result most =
          Load.closed(
              ports.get(0),
              Bench.CONNECTIONS,
              bench.options().measured(),
              i -> new Changes(changed, Bench.user(i)));
      bench.rest(changed);
      Bench.say("  %s: at most %.0f changes a second", name, most.rate());
      return most.rate();
    }

    private Load.Step step(int every) {
      return (connections, number) -> {
        String user = Bench.user(number);
        List<String> own = notes.get(number % Bench.USERS);
        Response answer;
        String note;
        if (number / Bench.USERS % 4 == 0) {
          answer = connections.get(0).send(changed.create(user)).expect(201);
          note = answer.header("Location");
          own.add(note);
        } else {
          note = own.get(ThreadLocalRandom.current().nextInt(own.size()));
          answer = connections.get(0).send(changed.update(user, note)).expect(200);
        }
        long answered = System.nanoTime();
        if (number % every != 0) {
          return -1;
        }
        Connection reads = connections.get(connections.size() - 1);
        Response seen = reads.send(read(user, note, answer));
        // The read has waited for five seconds.
        while (seen.status() == 503) {
          seen = reads.send(read(user, note, answer));
        }
        seen.expect(200);
        return System.nanoTime() - answered;
      };
    }

    private byte[] read(String user, String note, Response change) {
      String fields =
          changed.as(user) + "Consistency-Token: " + change.header("Consistency-Token") + "\r\n";
      return Connection.request("GET", note, fields, "");
    }

    private static long[] joined(long[] some, long[] others) {
      return LongStream.concat(Arrays.stream(some), Arrays.stream(others)).toArray();
    }
  }
}
