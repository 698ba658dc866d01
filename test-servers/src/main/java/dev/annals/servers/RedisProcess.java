package dev.annals.servers;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/** A process of the packaged Redis, which can be stopped and started again. */
final class RedisProcess {

  /** From the port of a node to that of its cluster bus. */
  private static final int TO_BUS = 10_000;

  private final int port = freePort();
  private final List<String> command = new ArrayList<>();
  private Process process;

  RedisProcess(String... options) {
    command.addAll(
        List.of(Program.PATH, "--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--dir"));
    command.add(createFolder().toString());
    // A replica gets its copy at once.
    command.addAll(List.of("--repl-diskless-sync-delay", "0"));
    command.addAll(List.of(options));
  }

  /** Creates a sentinel, which writes the servers that it finds into its configuration file. */
  static RedisProcess sentinel(String configuration) {
    RedisProcess sentinel = new RedisProcess();
    Path file = createFolder().resolve("sentinel.conf");
    try {
      Files.writeString(file, "port %d\nbind 127.0.0.1\n".formatted(sentinel.port) + configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sentinel.command.clear();
    sentinel.command.addAll(List.of(Program.PATH, file.toString(), "--sentinel"));
    return sentinel;
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  void start() {
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  void stop() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Starts the process again if it has ended, or lets it continue. */
  void resume() {
    if (process.isAlive()) {
      signal("CONT");
    } else {
      start();
    }
  }

  /** Returns what the server says of its replication. */
  String replication(RedisClient client) {
    return client.connect(RedisURI.create("redis://" + address())).sync().info("replication");
  }

  /** Waits until the server is a replica with all keys. */
  void awaitReplica(RedisClient client) {
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> replication(client), info -> info.contains("master_link_status:up"));
  }

  /** Sends a signal to the process, such as {@code STOP}. */
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path createFolder() {
    try {
      Path folder = Files.createTempDirectory("annals-redis");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    while (true) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        int port = free.getLocalPort();
        if (port + TO_BUS <= 0xffff && isFree(port + TO_BUS)) {
          return port;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return free.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  private static final class Program {
    static final String PATH = unpacked();

    private static String unpacked() {
      try {
        return ExecutableProvider.newJarResourceProvider(createFolder().toFile()).get().toString();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
