package dev.annals.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The processor time and memory of processes, as Linux counts them. */
final class Processors {

  private static final long TICKS_PER_SECOND = 100;

  private Processors() {}

  /** Returns the milliseconds of a process and its descendants so far, including ended ones. */
  static long millisOf(ProcessHandle process) {
    long ticks =
        ticks(process) + process.descendants().mapToLong(descendant -> ticks(descendant)).sum();
    return ticks * 1000 / TICKS_PER_SECOND;
  }

  /** Returns the resident memory of a process, without its descendants. */
  static double residentMegabytes(ProcessHandle process) {
    return read(process, "status")
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        * 1024
        / 1e6;
  }

  private static long ticks(ProcessHandle process) {
    String stat = read(process, "stat");
    if (stat.isEmpty()) {
      return 0;
    }
    // The preceding name may contain spaces. proc(5): 14 to 17 are utime, stime, cutime and cstime.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Stream.of(fields).skip(11).limit(4).mapToLong(Long::parseLong).sum();
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/" + file));
    } catch (IOException ended) {
      // The process has ended.
      return "";
    }
  }
}
