package dev.annals.standalone;

import dev.annals.platform.start.CannotStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis on loopback, in memory alone. It ends with this process, however that ends: a shell
 * beside it kills it when its standard input does.
 */
final class EmbeddedRedis implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 5;

  /** A Ctrl-C is for the program, which ends it when everything else has stopped. */
  private static final String WATCHED =
      """
      trap '' INT
      exec 3<&0
      "$@" 3<&- </dev/null &
      server=$!
      (cat <&3 >/dev/null; kill -9 $server) &
      watch=$!
      wait $server
      kill $watch
      """;

  private final Process shell;
  private final int port;

  private EmbeddedRedis(Process shell, int port) {
    this.shell = shell;
    this.port = port;
  }

  static EmbeddedRedis start(DataFolder data) throws IOException, InterruptedException {
    Path folder = data.resolve("redis");
    if (Files.notExists(folder)) {
      DataFolder.createPrivate(folder);
    }
    String program =
        ExecutableProvider.newJarResourceProvider(folder.toFile()).get().getAbsolutePath();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      // Somebody else may take the port before it does.
      EmbeddedRedis redis = start(program, folder, freePort());
      if (redis.answers()) {
        return redis;
      }
      redis.close();
    }
    throw new CannotStartException("The embedded Redis does not start (%s).".formatted(program));
  }

  private static EmbeddedRedis start(String program, Path folder, int port) throws IOException {
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                WATCHED,
                "redis",
                program,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                "",
                "--appendonly",
                "no",
                "--maxmemory",
                "256mb",
                "--maxmemory-policy",
                "volatile-lru")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new EmbeddedRedis(shell, port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private boolean answers() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (shell.isAlive() && System.nanoTime() < deadline) {
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(1_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
        if (answer.equals("+PONG")) {
          return true;
        }
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
    return false;
  }

  /** What the application has to know to use this server. */
  Map<String, Object> properties() {
    return Map.of("spring.data.redis.url", "redis://127.0.0.1:" + port);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    shell.getOutputStream().close();
    shell.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public String toString() {
    return "embedded, in memory, at 127.0.0.1:" + port;
  }
}
