package dev.annals.servers;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.io.ClassPathResource;

/** A Redis server for one test class, which can be stopped and started again. */
public final class TestRedis implements AutoCloseable {

  private final RedisProcess server = new RedisProcess();
  private final RedisClient client = RedisClient.create(url());
  private StatefulRedisConnection<String, String> connection;

  public TestRedis() {
    start();
  }

  /**
   * Starts a program of the connection to Redis alone.
   *
   * @param configuration creates the beans that use the connection
   * @param properties the properties that name the servers
   */
  public static ConfigurableApplicationContext program(
      Class<?> configuration, String... properties) {
    AnnotationConfigApplicationContext program = new AnnotationConfigApplicationContext();
    try {
      new YamlPropertySourceLoader()
          .load("defaults", new ClassPathResource("application.yaml"))
          .forEach(program.getEnvironment().getPropertySources()::addLast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TestPropertyValues.of(properties).applyTo(program);
    program.register(
        SimpleMeterRegistry.class,
        SslAutoConfiguration.class,
        DataRedisAutoConfiguration.class,
        configuration);
    program.refresh();
    return program;
  }

  public int port() {
    return server.port();
  }

  public String url() {
    return "redis://" + server.address();
  }

  /** Starts a program that is connected to this server. */
  public ConfigurableApplicationContext open(Class<?> configuration) {
    return program(configuration, "spring.data.redis.url=" + url());
  }

  /** Returns a connection for assertions. */
  public StatefulRedisConnection<String, String> connection() {
    return connection;
  }

  /** Starts the server, empty. */
  public void start() {
    server.start();
    connection = Awaitility.await().ignoreExceptions().until(client::connect, it -> true);
  }

  /** Stops the server. */
  public void stop() {
    connection.close();
    server.stop();
  }

  /** Freezes the server: its connections stay open, but it does not respond. */
  public void freeze() {
    server.signal("STOP");
  }

  /** Ends {@link #freeze}. */
  public void thaw() {
    server.signal("CONT");
  }

  @Override
  public void close() {
    stop();
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
