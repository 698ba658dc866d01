package dev.annals.standalone;

import dev.annals.base.start.CannotStartException;
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
 * Stops PostgreSQL processes that outlived a killed program. They still write to the data folder,
 * and a new server would refuse to start beside them.
 */
record OrphanedPostgres(Path folder) {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  /**
   * Stops the processes that use the folder and waits for their end. It only stops PostgreSQL
   * processes that were started for this folder, since the pid in {@code postmaster.pid} may belong
   * to another program by now.
   *
   * @throws CannotStartException if a process does not stop
   */
  void stop() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
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
          // They cannot be stopped gracefully and start more processes.
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
   * Returns true if the folder is the working directory of the process, as it is for every process
   * of PostgreSQL, including those of connections.
   */
  private boolean worksHere(ProcessHandle process) {
    Path cwd = Path.of("/proc", Long.toString(process.pid()), "cwd");
    try {
      return Files.readSymbolicLink(cwd).equals(folder);
    } catch (IOException goneOrNotOurs) {
      return false;
    }
  }

  /** Starts PostgreSQL's fast shutdown, which, unlike SIGTERM, does not wait for clients. */
  private static void interrupt(ProcessHandle postmaster) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -INT " + postmaster.pid()).start().waitFor();
  }
}
