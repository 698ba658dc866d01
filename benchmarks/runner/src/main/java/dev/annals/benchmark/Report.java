package dev.annals.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pages of measurements. Each scenario replaces the text between its two marks; the text around
 * them is written by hand.
 */
final class Report {

  private final List<Path> pages;
  private final Path plots;
  private final boolean written;

  /**
   * Creates a report.
   *
   * @param written whether the pages are written, too; tables are always printed
   */
  Report(Path docs, boolean written) throws IOException {
    this.written = written;
    pages = List.of(docs.resolve("benchmarks.md"), docs.resolve("scaling.md"));
    plots = Files.createDirectories(docs.resolve("benchmarks"));
  }

  /** Writes the part of a scenario at once, so that a later failure leaves it. */
  void write(String name, String text) throws IOException {
    Bench.say("%n%s%n", text.strip());
    if (!written) {
      return;
    }
    String start = "<!-- measured: " + name + " -->";
    String end = "<!-- end -->";
    Pattern place = Pattern.compile(Pattern.quote(start) + ".*?" + end, Pattern.DOTALL);
    String block = start + "\n" + text.strip() + "\n" + end;
    boolean found = false;
    for (Path page : pages) {
      Matcher before = place.matcher(Files.readString(page));
      if (before.find()) {
        found = true;
        Files.writeString(page, before.replaceFirst(Matcher.quoteReplacement(block)));
      }
    }
    if (!found) {
      throw new IllegalStateException("There is no place for " + name + " in " + pages);
    }
  }

  /** Writes figures that other programs read, in the order of their names. */
  void figures(String name, Properties figures) throws IOException {
    if (written) {
      Files.write(
          plots.resolve(name + ".properties"),
          figures.stringPropertyNames().stream()
              .sorted()
              .map(key -> key + "=" + figures.getProperty(key))
              .toList());
    }
  }

  void plot(String name, Plot plot) throws IOException {
    if (written) {
      Files.writeString(plots.resolve(name + ".svg"), plot.svg());
    }
  }
}
