package dev.annals.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of measurements. Each scenario replaces the text between its two marks; the text around
 * them is written by hand.
 */
final class Report {

  private final Path page;
  private final Path plots;
  private final boolean written;

  /**
   * Creates a report.
   *
   * @param written whether the page is written, too; tables are always printed
   */
  Report(Path docs, boolean written) throws IOException {
    this.written = written;
    page = docs.resolve("benchmarks.md");
    plots = Files.createDirectories(docs.resolve("benchmarks"));
  }

  /** Writes the part of a scenario at once, so that a later failure leaves it. */
  void write(String name, String text) throws IOException {
    Bench.say("%n%s%n", text.strip());
    if (!written) {
      return;
    }
    String before = Files.readString(page);
    String start = "<!-- measured: " + name + " -->";
    String end = "<!-- end -->";
    Matcher place =
        Pattern.compile(Pattern.quote(start) + ".*?" + end, Pattern.DOTALL).matcher(before);
    if (!place.find()) {
      throw new IllegalStateException("There is no place for " + name + " in " + page);
    }
    String block = start + "\n" + text.strip() + "\n" + end;
    Files.writeString(page, place.replaceFirst(Matcher.quoteReplacement(block)));
  }

  void plot(String name, Plot plot) throws IOException {
    if (written) {
      Files.writeString(plots.resolve(name + ".svg"), plot.svg());
    }
  }
}
