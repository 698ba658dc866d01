package dev.annals.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plot of lines over a logarithmic scale of sizes, as SVG. The vertical scale begins at 0. */
final class Plot {

  private static final int WIDTH = 700;
  private static final int HEIGHT = 360;
  private static final int LEFT = 60;
  private static final int RIGHT = 210;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final List<String> COLORS =
      List.of("#1b6ca8", "#c8553d", "#3a7d44", "#8e5aa8", "#b58900", "#555555");

  private final String title;
  private final String across;
  private final String up;
  private final Map<String, Map<Double, Double>> lines = new LinkedHashMap<>();

  Plot(String title, String across, String up) {
    this.title = title;
    this.across = across;
    this.up = up;
  }

  void add(String line, double x, double y) {
    lines.computeIfAbsent(line, name -> new LinkedHashMap<>()).put(x, y);
  }

  String svg() {
    double[] xs =
        lines.values().stream()
            .flatMap(line -> line.keySet().stream())
            .mapToDouble(x -> x)
            .sorted()
            .distinct()
            .toArray();
    double most =
        lines.values().stream()
            .flatMap(line -> line.values().stream())
            .mapToDouble(y -> y)
            .max()
            .orElse(1);
    double step = step(most);
    double top = Math.ceil(most / step) * step;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
            .formatted(WIDTH, HEIGHT));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    text(svg, LEFT, 20, "start", title);
    for (double y = 0; y <= top + step / 2; y += step) {
      double at = y(y, top);
      line(svg, LEFT, at, (double) WIDTH - RIGHT, at, "#dddddd");
      text(svg, LEFT - 6.0, at + 4, "end", trimmed(y));
    }
    for (double x : xs) {
      text(svg, x(x, xs), HEIGHT - BOTTOM + 18.0, "middle", trimmed(x));
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10.0, "middle", across);
    text(svg, LEFT, TOP - 6.0, "end", up);
    int number = 0;
    for (Map.Entry<String, Map<Double, Double>> line : lines.entrySet()) {
      String color = COLORS.get(number % COLORS.size());
      StringBuilder points = new StringBuilder();
      line.getValue()
          .forEach(
              (x, y) -> {
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(x, xs), y(y, top)));
                svg.append(
                    String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n",
                        x(x, xs),
                        y(y, top),
                        color));
              });
      svg.append(
          "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n"
              .formatted(points.toString().strip(), color));
      double at = TOP + 18.0 * number++;
      line(svg, WIDTH - RIGHT + 12.0, at, WIDTH - RIGHT + 30.0, at, color);
      text(svg, WIDTH - RIGHT + 36.0, at + 4, "start", line.getKey());
    }
    return svg.append("</svg>\n").toString();
  }

  private static double x(double x, double[] all) {
    double first = Math.log10(all[0]);
    double last = Math.log10(all[all.length - 1]);
    double part = last == first ? 0.5 : (Math.log10(x) - first) / (last - first);
    return LEFT + 20 + part * (WIDTH - LEFT - RIGHT - 40);
  }

  private static double y(double y, double top) {
    return HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM);
  }

  private static double step(double most) {
    double unit = Math.pow(10, Math.floor(Math.log10(most)));
    double units = most / unit;
    return units > 5 ? 2 * unit : units > 2 ? unit : unit / 2;
  }

  private static String trimmed(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value).replace(',', ' ')
        : String.format(Locale.ROOT, "%.2g", value);
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String color) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n",
            x1,
            y1,
            x2,
            y2,
            color));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
            x,
            y,
            anchor,
            text.replace("&", "&amp;").replace("<", "&lt;")));
  }
}
