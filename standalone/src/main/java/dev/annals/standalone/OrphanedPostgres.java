package dev.annals.standalone;

import dev.annals.platform.start.CannotStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * PostgreSQL's processes that outlived a killed program. They go on writing to its data folder, and
 * a second server beside them would refuse to start.
 */
final class OrphanedPostgres {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;

  /**
   * @param folder PostgreSQL's data folder, by its real path, and taken by no living program
   */
  OrphanedPostgres(Path folder) {
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
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Set<Long> asked = new HashSet<>();
    List<ProcessHandle> running = running();
    while (!running.isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CannotStartException(
            "Processes of an earlier start still use the folder %s: %s."
                .formatted(folder, running));
      }
      for (ProcessHandle process : running) {
        if (runs(process, "postgres") && asked.add(process.pid())) {
          interrupt(process);
        } else if (runs(process, "initdb") || runs(process, "pg_ctl")) {
          // They have no orderly stop, and start further processes.
          process.destroyForcibly();
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
      running = running();
    }
    Files.deleteIfExists(folder.resolve("postmaster.pid"));
  }

  private List<ProcessHandle> running() {
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      return processes
          .filter(
              process ->
                  worksHere(process)
                      || Stream.of("postgres", "initdb", "pg_ctl")
                          .anyMatch(program -> runs(process, program)))
          .toList();
    }
  }

  private boolean runs(ProcessHandle process, String program) {
    ProcessHandle.Info info = process.info();
    return info.command().filter(path -> Path.of(path).endsWith(program)).isPresent()
        && info.arguments().filter(args -> List.of(args).contains(folder.toString())).isPresent();
  }

  /**
   * Every process of PostgreSQL has its data folder as the working directory, clients' own
   * processes too.
   */
  private boolean worksHere(ProcessHandle process) {
    Path cwd = Path.of("/proc", Long.toString(process.pid()), "cwd");
    try {
      return Files.readSymbolicLink(cwd).equals(folder);
    } catch (IOException goneOrNotOurs) {
      return false;
    }
  }

  /** PostgreSQL's fast shutdown: it waits for no client, unlike the one on SIGTERM. */
  private static void interrupt(ProcessHandle postmaster) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -INT " + postmaster.pid()).start().waitFor();
  }
}
