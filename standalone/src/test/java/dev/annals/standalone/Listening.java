package dev.annals.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the TCP ports on which processes listen, by Linux's {@code /proc}. */
final class Listening {
  private static final String LISTEN_STATE = "0A";

  // 127.0.0.1, ::ffff:127.0.0.1 and ::1.
  private static final Predicate<String> LOOPBACK =
      address -> address.matches("(0000000000000000FFFF0000)?0100007F|0{24}01000000");

  private Listening() {}

  static Set<Integer> onLoopback(Collection<ProcessHandle> processes) {
    return ports(processes, LOOPBACK);
  }

  static Set<Integer> beyondLoopback(Collection<ProcessHandle> processes) {
    return ports(processes, LOOPBACK.negate());
  }

  private static Set<Integer> ports(
      Collection<ProcessHandle> processes, Predicate<String> address) {
    Set<String> sockets = new HashSet<>();
    processes.forEach(it -> sockets.addAll(sockets(it)));
    return Stream.of("tcp", "tcp6")
        .flatMap(table -> rows(Path.of("/proc/net", table)))
        .filter(
            row ->
                row.get(3).equals(LISTEN_STATE) && sockets.contains("socket:[" + row.get(9) + "]"))
        .map(row -> row.get(1).split(":", -1))
        .filter(at -> address.test(at[0]))
        .map(at -> Integer.parseInt(at[1], 16))
        .collect(Collectors.toSet());
  }

  private static Stream<List<String>> rows(Path table) {
    try {
      return Files.readAllLines(table).stream()
          .skip(1)
          .map(line -> List.of(line.strip().split("\\s+", -1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> sockets(ProcessHandle process) {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      return open.map(Listening::target).collect(Collectors.toSet());
    } catch (IOException gone) {
      return Set.of();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException closed) {
      return "";
    }
  }
}
