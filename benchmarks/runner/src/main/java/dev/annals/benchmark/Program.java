package dev.annals.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that serves HTTP on loopback. It can be restarted. */
final class Program implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String readyPath;
  private final ProcessBuilder builder;
  private final Path log;
  private final int port;
  private Process process;

  /**
   * Creates a program without starting it.
   *
   * @param portVariable the environment variable of its port
   * @param readyPath answered with a status below 400, or with 401, when it is ready
   */
  Program(
      Path log,
      List<String> command,
      Map<String, String> variables,
      String portVariable,
      String readyPath)
      throws IOException {
    this.log = log;
    this.readyPath = readyPath;
    this.port = freePort();
    builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(variables);
    builder.environment().put(portVariable, Integer.toString(port));
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** Starts it, and returns the time until it is ready. */
  Duration start() throws IOException, InterruptedException {
    long start = System.nanoTime();
    process = builder.start();
    Thread stop = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(stop);
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
        close();
        throw new IllegalStateException("does not start: see " + log);
      }
      Thread.sleep(10);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private boolean isReady() {
    try (Connection connection = new Connection(port)) {
      int status = connection.send(Connection.request("GET", readyPath, "", "")).status();
      return status < 400 || status == 401;
    } catch (IOException notYet) {
      return false;
    }
  }

  int port() {
    return port;
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
