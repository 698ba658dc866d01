package dev.annals.benchmark;

import dev.annals.benchmark.Load.Result;
import java.util.Map;
import java.util.TreeMap;

/** Counts failed requests, which no rate includes. */
final class Failures {

  private final Map<String, Long> counts = new TreeMap<>();

  void add(String label, Result result) {
    if (result.failed() > 0) {
      counts.merge(label, result.failed(), Long::sum);
      Bench.say("  %s: %d failed, first %s", label, result.failed(), result.firstFailure());
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (label, count) -> text.append("- %s: **%d requests failed**.\n".formatted(label, count)));
    return text.toString();
  }
}
