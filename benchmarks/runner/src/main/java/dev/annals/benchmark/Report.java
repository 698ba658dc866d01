package dev.annals.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page that tells what came out. People wrote it, but for what stands between two marks; what
 * is of scenarios that did not run stays as it is.
 */
final class Report {

  private final Path page;
  private final Path plots;

  Report(Path docs) throws IOException {
    page = docs.resolve("benchmarks.md");
    plots = Files.createDirectories(docs.resolve("benchmarks"));
  }

  /**
   * Puts it into its place at once: what a run has measured is kept if it does not get to its end.
   */
  void write(String name, String text) throws IOException {
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
    Files.writeString(plots.resolve(name + ".svg"), plot.svg());
  }
}
