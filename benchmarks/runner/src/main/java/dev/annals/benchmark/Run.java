package dev.annals.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Measures Annals beside its peers, and writes docs/benchmarks.md. {@code benchmarks/run} starts
 * it.
 */
public final class Run {

  private static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

  static {
    // First, while inboxes are small: a new subscriber gets the notifications that it has missed.
    SCENARIOS.put("push", new Push());
    SCENARIOS.put("writes", new Writes());
    SCENARIOS.put("hot", new HotAggregate());
    SCENARIOS.put("pages", new Pages());
    SCENARIOS.put("lag", new Lag());
    SCENARIOS.put("history", new LongHistory());
    SCENARIOS.put("start", new StartUp());
    SCENARIOS.put("replay", new ReplayRate());
    SCENARIOS.put("deployments", new Deployments());
    SCENARIOS.put("growth", new Growth());
  }

  private Run() {}

  /** Ends with exit code 1 if a scenario failed, with 2 if an option is wrong. */
  public static void main(String[] arguments) throws Exception {
    List<String> all = List.copyOf(SCENARIOS.keySet());
    Options options;
    try {
      options = Options.parse(arguments, all);
    } catch (IllegalArgumentException | NoSuchElementException wrong) {
      System.err.printf(
          "%s%n%n" + Options.USAGE,
          wrong.getMessage(),
          String.join(", ", all),
          String.join(", ", Options.CONTESTANTS));
      System.exit(2);
      return;
    }
    Path root = Path.of(System.getProperty("benchmark.root"));
    Path folder =
        Files.createTempDirectory(
                Files.createDirectories(root.resolve("benchmarks/target")), "run-")
            .toRealPath();
    Report report = new Report(root.resolve("docs"), options.whole());
    long start = System.nanoTime();
    List<String> failed = new ArrayList<>();
    String load = load();
    try (Bench bench = new Bench(options, root, folder, report)) {
      for (String name : options.scenarios()) {
        Bench.say("%s, %d s after the start", name, seconds(start));
        try {
          report.write(name, note(options, load) + SCENARIOS.get(name).run(bench));
        } catch (Exception e) {
          // Goes on with the others.
          Bench.say("%s failed: %s", name, e);
          e.printStackTrace();
          failed.add(name);
        }
      }
    }
    Bench.say("done in %d s; logs are in %s", seconds(start), folder);
    if (!failed.isEmpty()) {
      Bench.say("failed: %s", String.join(", ", failed));
    }
    System.exit(failed.isEmpty() ? 0 : 1);
  }

  private static String note(Options options, String load) {
    return "Measured on %s by `%s`, on %d processors with JDK %s; the load of the machine was %s before.\n\n"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            options.given(),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version(),
            load);
  }

  private static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
  }

  private static long seconds(long since) {
    return (System.nanoTime() - since) / 1_000_000_000;
  }
}
