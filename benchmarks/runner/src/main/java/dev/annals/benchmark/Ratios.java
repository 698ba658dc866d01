package dev.annals.benchmark;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Figures by name and round. A ratio compares two figures of the same round. */
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

  /** Returns the figures of all rounds, or {@link Spread#NONE} if there are none. */
  Spread of(String what) {
    return has(what) ? Spread.of(figures.get(what)) : Spread.NONE;
  }

  double at(String what, int round) {
    return figures.get(what)[round];
  }

  /** Returns the ratios of two names in the same rounds, or {@link Spread#NONE} if one has none. */
  Spread ratio(String what, String to) {
    return ratio(figures.get(what), figures.get(to));
  }

  /** Returns the ratios to other figures of the same name in the same rounds. */
  Spread ratio(String what, Ratios others) {
    return ratio(figures.get(what), others.figures.get(what));
  }

  private Spread ratio(double[] upper, double[] lower) {
    if (upper == null || lower == null) {
      return Spread.NONE;
    }
    double[] ratios = new double[rounds];
    Arrays.setAll(ratios, round -> upper[round] / lower[round]);
    return Spread.of(ratios);
  }

  /** The median of the rounds, and their range. */
  record Spread(double median, double least, double most) {

    static final Spread NONE = new Spread(Double.NaN, Double.NaN, Double.NaN);

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
      return least == most || Double.isNaN(median)
          ? number(median)
          : "%s (%s–%s)".formatted(number(median), number(least), number(most));
    }
  }

  /** Returns three significant digits, or all before the point; nothing for {@code NaN}. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    double size = Math.abs(value);
    String format = size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
