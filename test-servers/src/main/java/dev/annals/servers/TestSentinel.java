package dev.annals.servers;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ConfigurableApplicationContext;

/** A Redis with a replica, and the sentinel that promotes it within about 2 seconds. */
public final class TestSentinel implements AutoCloseable {

  private final RedisProcess master = new RedisProcess();
  private final RedisProcess replica =
      new RedisProcess(
          "--replicaof", "127.0.0.1", "" + master.port(), "--repl-diskless-sync-delay", "0");
  private final RedisProcess sentinel =
      RedisProcess.sentinel(
          """
          sentinel monitor annals 127.0.0.1 %d 1
          sentinel down-after-milliseconds annals 500
          """
              .formatted(master.port()));

  public TestSentinel() {
    RedisClient client = RedisClient.create();
    // A sentinel that starts before the replica is connected asks the master again after 10 s only.
    List.of(master, replica).forEach(RedisProcess::start);
    await()
        .ignoreExceptions()
        .until(
            () ->
                client
                    .connect(RedisURI.create("redis://" + replica.address()))
                    .sync()
                    .info("replication"),
            info -> info.contains("master_link_status:up"));
    sentinel.start();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () ->
                client
                    .connectSentinel(RedisURI.create("redis://" + sentinel.address()))
                    .sync()
                    .replicas("annals"),
            replicas -> replicas.toString().contains("master-link-status=ok"));
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }

  /** Starts a program that knows the sentinel only. */
  public ConfigurableApplicationContext open(Class<?> configuration) {
    return TestRedis.program(
        configuration,
        "spring.data.redis.sentinel.nodes=" + sentinel.address(),
        "spring.data.redis.sentinel.master=annals");
  }

  /** Freezes the master, whose connections stay open, until the sentinel promotes the replica. */
  public void freezeMaster() {
    master.signal("STOP");
  }

  @Override
  public void close() {
    List.of(master, replica, sentinel).forEach(RedisProcess::stop);
  }
}
