package dev.annals.benchmark;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A figure of each round, by what it is of; rounds of different things are compared one by one. */
final class Ratios {

  private final Map<String, double[]> figures = new LinkedHashMap<>();
  private final int rounds;

  Ratios(int rounds) {
    this.rounds = rounds;
  }

  void put(String what, int round, double figure) {
    figures.computeIfAbsent(what, name -> new double[rounds])[round] = figure;
  }

  boolean has(String what) {
    return figures.containsKey(what);
  }

  Spread of(String what) {
    return Spread.of(figures.get(what));
  }

  double at(String what, int round) {
    return figures.get(what)[round];
  }

  /** How the figures of one relate to those of another in the same rounds. */
  Spread ratio(String what, String to) {
    return ratio(figures.get(what), figures.get(to));
  }

  /** How the figures of one relate to others of it in the same rounds. */
  Spread ratio(String what, Ratios others) {
    return ratio(figures.get(what), others.figures.get(what));
  }

  private Spread ratio(double[] upper, double[] lower) {
    double[] ratios = new double[rounds];
    Arrays.setAll(ratios, round -> upper[round] / lower[round]);
    return Spread.of(ratios);
  }

  /** The median of the rounds, and their range. */
  record Spread(double median, double least, double most) {

    static Spread of(double figure) {
      return of(new double[] {figure});
    }

    static Spread of(double[] figures) {
      double[] sorted = figures.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    @Override
    public String toString() {
      return least == most
          ? number(median)
          : "%s (%s–%s)".formatted(number(median), number(least), number(most));
    }
  }

  /** With three digits that count, or all before the point. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
