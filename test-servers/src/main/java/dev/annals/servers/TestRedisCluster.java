package dev.annals.servers;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.springframework.context.ConfigurableApplicationContext;

/** A Redis Cluster of three masters without replicas. It starts within about 2 seconds. */
public final class TestRedisCluster implements AutoCloseable {

  private static final int SLOTS = 16_384;

  private final List<RedisProcess> nodes =
      IntStream.range(0, 3).mapToObj(i -> new RedisProcess("--cluster-enabled", "yes")).toList();
  private final RedisClient client = RedisClient.create();

  public TestRedisCluster() {
    nodes.forEach(RedisProcess::start);
    for (int i = 0; i < nodes.size(); i++) {
      RedisCommands<String, String> node = connect(i);
      node.clusterSetConfigEpoch(i + 1L);
      node.clusterAddSlots(
          IntStream.range(SLOTS * i / nodes.size(), SLOTS * (i + 1) / nodes.size()).toArray());
      node.clusterMeet("127.0.0.1", nodes.get(0).port());
    }
    awaitAgreement();
  }

  /** Starts a program that knows the first node only. */
  public ConfigurableApplicationContext open(Class<?> configuration) {
    return TestRedis.program(
        configuration, "spring.data.redis.cluster.nodes=" + nodes.get(0).address());
  }

  /** Freezes the last node: its connections stay open, but it does not respond. */
  public void freezeNode() {
    nodes.get(nodes.size() - 1).signal("STOP");
  }

  /** Stops the last node, and with it the cluster. */
  public void stopNode() {
    nodes.get(nodes.size() - 1).stop();
  }

  /** Starts the last node again. */
  public void startNode() {
    nodes.get(nodes.size() - 1).start();
    awaitAgreement();
  }

  /** Returns the number of keys in each node. */
  public List<Long> keys() {
    return IntStream.range(0, nodes.size()).mapToObj(i -> connect(i).dbsize()).toList();
  }

  private void awaitAgreement() {
    await()
        .ignoreExceptions()
        .until(
            () ->
                IntStream.range(0, nodes.size())
                    .mapToObj(i -> connect(i).clusterInfo())
                    .allMatch(
                        it -> it.contains("cluster_state:ok") && it.contains("known_nodes:3")));
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
