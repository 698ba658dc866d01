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
 * A Redis on loopback, in memory alone, that asks for a password. It ends with this process,
 * however that ends: a shell beside it kills it when its standard input does.
 */
final class EmbeddedRedis implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 5;
  private static final String CONFIGURATION = "redis.conf";

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
  private final String password;

  private EmbeddedRedis(Process shell, int port, String password) {
    this.shell = shell;
    this.port = port;
    this.password = password;
  }

  /** Starts it, unless this build has none that runs on this machine. */
  static Optional<EmbeddedRedis> start(DataFolder data) throws IOException, InterruptedException {
    Optional<Resource> onBoard = Platform.here().redis();
    if (onBoard.isEmpty()) {
      return Optional.empty();
    }
    Path folder = data.resolve("redis");
    if (Files.notExists(folder)) {
      DataFolder.createPrivate(folder);
    }
    Path program = unpack(onBoard.get(), folder);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      // Somebody else may take the port before it does.
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
    // A file, since everybody can read a process' arguments.
    Path configuration = folder.resolve(CONFIGURATION);
    String password = DataFolder.newPassword();
    DataFolder.write(configuration, "requirepass " + password + "\n");
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                WATCHED,
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
                "--maxmemory",
                "256mb",
                "--maxmemory-policy",
                // What ends first is evicted first: pages before limits.
                "volatile-ttl")
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
    long deadline = System.nanoTime() + PATIENCE.toNanos();
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

  /** What the application has to know to use this server. */
  Map<String, Object> properties() {
    return Map.of("spring.data.redis.url", "redis://:%s@127.0.0.1:%d".formatted(password, port));
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
