package dev.annals.benchmark;

import dev.annals.benchmark.Ratios.Spread;

/** Something that is measured. */
interface Scenario {

  /** Measures it, and returns what the page is to say. */
  String run(Bench bench) throws Exception;

  /** A line that says whether what is wanted was reached, by the median of the rounds. */
  static String atLeast(double wanted, String what, Spread measured) {
    return verdict(what, "at least", wanted, measured, measured.median() >= wanted);
  }

  /** A line that says whether what is wanted was reached, by the median of the rounds. */
  static String atMost(double wanted, String what, Spread measured) {
    return verdict(what, "at most", wanted, measured, measured.median() <= wanted);
  }

  private static String verdict(
      String what, String bound, double wanted, Spread measured, boolean holds) {
    return "- %s: %s; target: %s %s, %s.\n"
        .formatted(what, measured, bound, Ratios.number(wanted), holds ? "met" : "**missed**");
  }
}
