package dev.annals.servers;

import dev.annals.platform.redis.Redis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import redis.embedded.core.ExecutableProvider;

/** A Redis server for one test class, which can be stopped and started again. */
public final class TestRedis implements AutoCloseable {

  private final int port = freePort();
  private final RedisClient client = RedisClient.create(url());
  private Process server;
  private StatefulRedisConnection<String, String> connection;

  public TestRedis() {
    start();
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Opens the connection that a program has; the caller closes it. */
  public Redis open() {
    return new Redis(url(), new SimpleMeterRegistry());
  }

  /** Returns a connection for assertions. */
  public StatefulRedisConnection<String, String> connection() {
    return connection;
  }

  /** Starts the server, empty. */
  public void start() {
    try {
      server =
          new ProcessBuilder(Program.PATH, "--port", port + "", "--bind", "127.0.0.1", "--save", "")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread stop = new Thread(server::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(stop);
    connection = Awaitility.await().ignoreExceptions().until(client::connect, it -> true);
  }

  /** Stops the server. */
  public void stop() {
    connection.close();
    server.destroyForcibly();
    server.onExit().join();
  }

  @Override
  public void close() {
    stop();
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Program {
    static final String PATH = unpacked();

    private static String unpacked() {
      try {
        Path folder = Files.createTempDirectory("annals-redis");
        folder.toFile().deleteOnExit();
        return ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toString();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
