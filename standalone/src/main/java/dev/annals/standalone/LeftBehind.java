package dev.annals.standalone;

import dev.annals.platform.start.CannotStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * PostgreSQL's processes that outlived a killed program. They go on writing to its data folder, and
 * a second server beside them would refuse to start.
 */
final class LeftBehind {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;

  /**
   * @param folder PostgreSQL's data folder, by its real path, and taken by no living program
   */
  LeftBehind(Path folder) {
    this.folder = folder;
  }

  /**
   * Stops what still works in the folder, and returns once nothing does. A process is touched only
   * if it is PostgreSQL's and was started for this very folder: the number in {@code
   * postmaster.pid} may be another program's by now.
   *
   * @throws CannotStartException when it does not stop
   */
  void stop() throws IOException, InterruptedException {
    Path pidFile = folder.resolve("postmaster.pid");
    Optional<ProcessHandle> postmaster = postmaster(pidFile);
    if (postmaster.isPresent()) {
      interrupt(postmaster.get());
    }
    // initdb has no orderly stop, and what it has written so far is thrown away.
    ProcessHandle.allProcesses()
        .filter(process -> runs(process, "initdb"))
        .forEach(ProcessHandle::destroyForcibly);
    awaitNobody();
    Files.deleteIfExists(pidFile);
  }

  private Optional<ProcessHandle> postmaster(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(pidFile);
    // Empty when it was killed while writing; negative for the single-user server that initdb runs.
    if (lines.isEmpty() || !lines.get(0).strip().matches("\\d+")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
        .filter(process -> runs(process, "postgres"));
  }

  private boolean runs(ProcessHandle process, String program) {
    ProcessHandle.Info info = process.info();
    boolean sameProgram =
        info.command().filter(path -> Path.of(path).endsWith(program)).isPresent();
    return sameProgram
        && info.arguments().filter(args -> List.of(args).contains(folder.toString())).isPresent();
  }

  /** PostgreSQL's fast shutdown: it waits for no client, unlike the one on SIGTERM. */
  private static void interrupt(ProcessHandle postmaster) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -INT " + postmaster.pid()).start().waitFor();
  }

  private void awaitNobody() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<Long> pids = workers();
    while (!pids.isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CannotStartException(
            "Processes of an earlier start still use the folder %s: %s.".formatted(folder, pids));
      }
      TimeUnit.MILLISECONDS.sleep(50);
      pids = workers();
    }
  }

  private List<Long> workers() {
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      return processes
          .filter(process -> worksHere(process) || runs(process, "postgres"))
          .map(ProcessHandle::pid)
          .toList();
    }
  }

  /** Every process of PostgreSQL has its data folder as the working directory. */
  private boolean worksHere(ProcessHandle process) {
    Path cwd = Path.of("/proc", Long.toString(process.pid()), "cwd");
    try {
      return Files.readSymbolicLink(cwd).equals(folder);
    } catch (IOException goneOrNotOurs) {
      return false;
    }
  }
}
