package dev.annals.servers;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A Redis Cluster of three masters. It starts within about 2 seconds. One that is {@link
 * #redundant} has a replica of each, and of these the last master can fail.
 */
public final class TestRedisCluster implements RedundantRedis {

  private static final int SLOTS = 16_384;
  private static final int MASTERS = 3;

  private final List<RedisProcess> nodes;
  private final RedisClient client = RedisClient.create();
  private int last = MASTERS - 1;
  private int replica = 2 * MASTERS - 1;

  public TestRedisCluster() {
    this(MASTERS);
  }

  private TestRedisCluster(int size) {
    nodes =
        Stream.generate(
                () ->
                    new RedisProcess("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"))
            .limit(size)
            .toList();
    nodes.forEach(RedisProcess::start);
    for (int i = 0; i < size; i++) {
      RedisCommands<String, String> node = connect(i);
      node.clusterSetConfigEpoch(i + 1L);
      if (i < MASTERS) {
        node.clusterAddSlots(
            IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS).toArray());
      }
      node.clusterMeet("127.0.0.1", nodes.get(0).port());
    }
    awaitAgreement(IntStream.range(0, size));
    for (int i = MASTERS; i < size; i++) {
      String master = connect(i - MASTERS).clusterMyId();
      RedisCommands<String, String> node = connect(i);
      await().ignoreExceptions().until(() -> node.clusterReplicate(master), "OK"::equals);
      nodes.get(i).awaitReplica(client);
    }
  }

  /** Starts a cluster with a replica of each master. */
  public static RedundantRedis redundant() {
    return new TestRedisCluster(2 * MASTERS);
  }

  /** {@inheritDoc} It knows the first node only. */
  @Override
  public ConfigurableApplicationContext open(Class<?> configuration) {
    return TestRedis.program(
        configuration, "spring.data.redis.cluster.nodes=" + nodes.get(0).address());
  }

  /** Starts the last node again. */
  public void startNode() {
    nodes.get(last).start();
    awaitAgreement(IntStream.range(0, nodes.size()));
  }

  /** Returns the number of keys in each node. */
  public List<Long> keys() {
    return IntStream.range(0, nodes.size()).mapToObj(i -> connect(i).dbsize()).toList();
  }

  @Override
  public Map<String, String> variables() {
    return Map.of(
        "SPRING_DATA_REDIS_URL",
        "",
        "SPRING_DATA_REDIS_CLUSTER_NODES",
        nodes.get(0).address() + "," + nodes.get(1).address());
  }

  @Override
  public void killMaster() {
    nodes.get(last).stop();
  }

  @Override
  public void freezeMaster() {
    nodes.get(last).signal("STOP");
  }

  @Override
  public void awaitPromotion() {
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> nodes.get(replica).replication(client), info -> info.contains("role:master"));
    awaitAgreement(IntStream.range(0, nodes.size()).filter(node -> node != last));
  }

  @Override
  public void bringBack() {
    int former = last;
    last = replica;
    replica = former;
    nodes.get(replica).resume();
    nodes.get(replica).awaitReplica(client);
  }

  private void awaitAgreement(IntStream some) {
    int[] asked = some.toArray();
    await()
        .ignoreExceptions()
        .until(
            () ->
                IntStream.of(asked)
                    .mapToObj(i -> connect(i).clusterInfo())
                    .allMatch(
                        it ->
                            it.contains("cluster_state:ok")
                                && it.contains("known_nodes:" + nodes.size())));
  }

  private RedisCommands<String, String> connect(int node) {
    String url = "redis://" + nodes.get(node).address();
    return await()
        .ignoreExceptions()
        .until(() -> client.connect(RedisURI.create(url)), it -> true)
        .sync();
  }

  @Override
  public void close() {
    client.shutdown(0, 1, TimeUnit.SECONDS);
    nodes.forEach(RedisProcess::stop);
  }
}
