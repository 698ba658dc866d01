package dev.annals.benchmark;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The rate of rebuilding a read model, by {@code benchmarks/replay}, which has separate stores. */
final class ReplayRate implements Scenario {

  private static final String HEADER =
      """
      | round | replay | bulk writes | ratio | not made durable | ratio |
      | --- | --- | --- | --- | --- | --- |
      """;

  @Override
  public String run(Bench bench) throws Exception {
    List<String> lines =
        Tools.run(
            List.of(bench.root().resolve("benchmarks/replay").toString()),
            Map.of(),
            line -> Bench.say("  %s", line));
    return lines.stream().collect(Collectors.joining("\n", HEADER, "\n"));
  }
}
