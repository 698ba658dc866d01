package dev.annals.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What processes have used of the processors, and of memory, as Linux counts it. */
final class Processors {

  private static final long TICKS_PER_SECOND = 100;

  private Processors() {}

  /** Milliseconds of a process and all its descendants so far, those included that have ended. */
  static long millisOf(ProcessHandle process) {
    long ticks =
        ticks(process) + process.descendants().mapToLong(descendant -> ticks(descendant)).sum();
    return ticks * 1000 / TICKS_PER_SECOND;
  }

  /** How much of the machine's memory a process and all its descendants have. */
  static long residentMebibytes(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
            .mapToLong(Processors::residentKibibytes)
            .sum()
        / 1024;
  }

  private static long ticks(ProcessHandle process) {
    String stat = read(process, "stat");
    if (stat.isEmpty()) {
      return 0;
    }
    // The name before may have spaces. proc(5): 14 to 17 are utime, stime, cutime and cstime.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Stream.of(fields).skip(11).limit(4).mapToLong(Long::parseLong).sum();
  }

  private static long residentKibibytes(ProcessHandle process) {
    return read(process, "status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/" + file));
    } catch (IOException ended) {
      // A process that ends while it is read.
      return "";
    }
  }
}
