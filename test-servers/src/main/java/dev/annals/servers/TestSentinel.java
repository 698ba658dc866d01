package dev.annals.servers;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ConfigurableApplicationContext;

/** A Redis with a replica, and the sentinel that promotes it within about 2 seconds. */
public final class TestSentinel implements RedundantRedis {

  private final RedisClient client = RedisClient.create();
  private RedisProcess master = new RedisProcess();
  private RedisProcess replica = new RedisProcess("--replicaof", "127.0.0.1", "" + master.port());
  private final RedisProcess sentinel =
      RedisProcess.sentinel(
          """
          sentinel monitor annals 127.0.0.1 %d 1
          sentinel down-after-milliseconds annals 500
          sentinel failover-timeout annals 2000
          """
              .formatted(master.port()));

  public TestSentinel() {
    // A sentinel that starts before the replica is connected asks the master again after 10 s only.
    List.of(master, replica).forEach(RedisProcess::start);
    replica.awaitReplica(client);
    sentinel.start();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> sentinel().replicas("annals"),
            replicas -> replicas.toString().contains("master-link-status=ok"));
  }

  @Override
  public ConfigurableApplicationContext open(Class<?> configuration) {
    return TestRedis.program(
        configuration,
        "spring.data.redis.sentinel.nodes=" + sentinel.address(),
        "spring.data.redis.sentinel.master=annals");
  }

  @Override
  public Map<String, String> variables() {
    return Map.of(
        "SPRING_DATA_REDIS_URL", "",
        "SPRING_DATA_REDIS_SENTINEL_NODES", sentinel.address(),
        "SPRING_DATA_REDIS_SENTINEL_MASTER", "annals");
  }

  @Override
  public void killMaster() {
    master.stop();
  }

  @Override
  public void freezeMaster() {
    master.signal("STOP");
  }

  @Override
  public void awaitPromotion() {
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> ((InetSocketAddress) sentinel().getMasterAddrByName("annals")).getPort(),
            port -> port == replica.port());
  }

  @Override
  public void bringBack() {
    RedisProcess former = master;
    master = replica;
    replica = former;
    replica.resume();
    replica.awaitReplica(client);
  }

  private RedisSentinelCommands<String, String> sentinel() {
    return client.connectSentinel(RedisURI.create("redis://" + sentinel.address())).sync();
  }

  @Override
  public void close() {
    client.shutdown(0, 1, TimeUnit.SECONDS);
    List.of(master, replica, sentinel).forEach(RedisProcess::stop);
  }
}
