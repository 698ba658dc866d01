package dev.annals.benchmark;

import dev.annals.benchmark.Ratios.Spread;

/** A part of the page of measurements. */
interface Scenario {

  /** Measures, and returns the part's table and verdicts. */
  String run(Bench bench) throws Exception;

  /**
   * Returns a line that compares the rounds' median with a target; nothing if it is not measured.
   */
  static String atLeast(double wanted, String what, Spread measured) {
    return verdict(what, "at least", wanted, measured, measured.median() >= wanted);
  }

  /**
   * Returns a line that compares the rounds' median with a target; nothing if it is not measured.
   */
  static String atMost(double wanted, String what, Spread measured) {
    return verdict(what, "at most", wanted, measured, measured.median() <= wanted);
  }

  private static String verdict(
      String what, String bound, double wanted, Spread measured, boolean holds) {
    return Double.isNaN(measured.median())
        ? ""
        : "- %s: %s; target: %s %s, %s.\n"
            .formatted(what, measured, bound, Ratios.number(wanted), holds ? "met" : "**missed**");
  }
}
