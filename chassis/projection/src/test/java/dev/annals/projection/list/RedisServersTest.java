package dev.annals.projection.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.http.redis.Redis;
import dev.annals.http.redis.RedisConfiguration;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.servers.RedundantRedis;
import dev.annals.servers.TestRedis;
import dev.annals.servers.TestRedisCluster;
import dev.annals.servers.TestSentinel;
import dev.annals.servers.TlsProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two programs with each kind of Redis: a server, a server behind TLS, a cluster, and a master with
 * a sentinel. The query side's operations are those of {@link CachedPages}, and messages.
 */
class RedisServersTest {

  private static final String CHANNEL = "annals:test";

  private static TestRedis server;
  private static TestRedisCluster cluster;

  private final List<ConfigurableApplicationContext> programs = new ArrayList<>();
  private final Map<Redis, Queue<String>> messages = new HashMap<>();

  @BeforeAll
  static void start() {
    server = new TestRedis();
    cluster = new TestRedisCluster();
  }

  @AfterEach
  void close() {
    programs.forEach(ConfigurableApplicationContext::close);
  }

  @AfterAll
  static void stop() {
    server.close();
    cluster.close();
  }

  @Test
  void aServerExecutesAllOperations() {
    executeAllOperations(
        redis(server.open(RedisConfiguration.class)), redis(server.open(RedisConfiguration.class)));
  }

  @Test
  void aClusterExecutesAllOperationsForUsersOfEachMaster() {
    executeAllOperations(
        redis(cluster.open(RedisConfiguration.class)),
        redis(cluster.open(RedisConfiguration.class)));

    assertThat(cluster.keys()).hasSize(3).allMatch(keys -> keys > 1);
  }

  @Test
  void aServerBehindTlsExecutesAllOperations() throws Exception {
    try (TlsProxy proxy = new TlsProxy(server.port())) {
      String[] trusting = {
        "spring.data.redis.host=127.0.0.1",
        "spring.data.redis.port=" + proxy.port(),
        "spring.data.redis.ssl.bundle=redis",
        "spring.ssl.bundle.jks.redis.truststore.location=" + proxy.keyStore().toUri(),
        "spring.ssl.bundle.jks.redis.truststore.password=" + TlsProxy.PASSWORD
      };
      executeAllOperations(
          redis(TestRedis.program(RedisConfiguration.class, trusting)),
          redis(TestRedis.program(RedisConfiguration.class, trusting)));

      String untrusted = "spring.data.redis.url=rediss://127.0.0.1:" + proxy.port();
      assertThat(redis(TestRedis.program(RedisConfiguration.class, untrusted)).isAvailable())
          .isFalse();
    }
  }

  @Test
  void usesThePromotedReplicaOnceTheMasterDoesNotRespond() {
    try (TestSentinel sentinel = new TestSentinel()) {
      usesThePromotedReplica(sentinel);
    }
  }

  @Test
  @Tag("long")
  void usesThePromotedReplicaOfAClusterOnceItsMasterDoesNotRespond() {
    try (RedundantRedis redundant = TestRedisCluster.redundant()) {
      usesThePromotedReplica(redundant);
    }
  }

  private void usesThePromotedReplica(RedundantRedis redundant) {
    Redis one = redis(redundant.open(RedisConfiguration.class));
    Redis another = redis(redundant.open(RedisConfiguration.class));
    executeAllOperations(one, another);

    redundant.freezeMaster();

    await().until(() -> !one.isAvailable() && !another.isAvailable());
    redundant.awaitPromotion();
    await().until(() -> one.isAvailable() && another.isAvailable());
    executeAllOperations(one, another);
  }

  @Test
  void delaysCallersByOneSecondAtMostWhileAServerDoesNotRespond() {
    Redis one = redis(server.open(RedisConfiguration.class));
    Redis another = redis(server.open(RedisConfiguration.class));
    executeAllOperations(one, another);
    server.freeze();
    try {
      assertTakesLessThan10Seconds(() -> missPages(one, 100));
      assertThat(one.isAvailable()).isFalse();
    } finally {
      server.thaw();
    }
    await().until(() -> one.isAvailable() && another.isAvailable());
    executeAllOperations(one, another);
  }

  @Test
  void isUnavailableWhileAMasterOfTheClusterIsDown() {
    Redis before = redis(cluster.open(RedisConfiguration.class));
    cluster.freezeMaster();
    assertTakesLessThan10Seconds(() -> missPages(before, 100));
    cluster.killMaster();
    Redis since = redis(cluster.open(RedisConfiguration.class));
    try {
      await()
          .during(Duration.ofSeconds(1))
          .until(() -> !before.isAvailable() && !since.isAvailable());
      missPages(before, 100);
    } finally {
      cluster.startNode();
    }

    await().until(() -> before.isAvailable() && since.isAvailable());
    executeAllOperations(before, since);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spring.data.redis.url=redis://127.0.0.1:1",
        "spring.data.redis.cluster.nodes=127.0.0.1:1",
        "spring.data.redis.sentinel.master=annals;spring.data.redis.sentinel.nodes=127.0.0.1:1"
      })
  void startsWithoutAServer(String properties) {
    assertThat(
            redis(TestRedis.program(RedisConfiguration.class, properties.split(";", -1)))
                .isAvailable())
        .isFalse();
  }

  private Redis redis(ConfigurableApplicationContext program) {
    programs.add(program);
    Redis redis = program.getBean(Redis.class);
    messages.put(redis, new ConcurrentLinkedQueue<>());
    redis.subscribe(CHANNEL, messages.get(redis)::add);
    return redis;
  }

  private void executeAllOperations(Redis one, Redis another) {
    CachedPages<String> pages = pages(one);
    CachedPages<String> others = pages(another);
    for (int i = 0; i < 20; i++) {
      UUID user = UUID.randomUUID();
      assertThat(pages.find(user, "q", false, page("old")).hit()).isFalse();
      assertThat(others.find(user, "q", false, page("none")).hit()).isTrue();
      others.drop(List.of(UUID.randomUUID().toString(), user.toString()));
      Supplier<Page<String>> overtaken =
          () -> {
            others.drop(List.of(user.toString()));
            return page("old").get();
          };
      assertThat(pages.find(user, "q", false, overtaken).hit()).isFalse();
      assertThat(pages.find(user, "q", false, page("new")).hit()).isFalse();
      assertThat(others.find(user, "q", false, page("none")).hit()).isTrue();
    }
    String message = UUID.randomUUID().toString();
    await()
        .untilAsserted(
            () -> {
              one.publish(CHANNEL, message);
              assertThat(messages.get(one)).contains(message);
              assertThat(messages.get(another)).contains(message);
            });
    assertThat(one.isAvailable()).isTrue();
    assertThat(another.isAvailable()).isTrue();
  }

  private static void assertTakesLessThan10Seconds(Runnable work) {
    long began = System.nanoTime();
    work.run();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }

  private static void missPages(Redis redis, int count) {
    CachedPages<String> pages = pages(redis);
    for (int i = 0; i < count; i++) {
      assertThat(pages.find(UUID.randomUUID(), "q", false, page("some")).hit()).isFalse();
    }
  }

  private static CachedPages<String> pages(Redis redis) {
    return new CachedPages<>(redis, JsonMapper.shared(), "items");
  }

  private static Supplier<Page<String>> page(String content) {
    return () -> Page.of(List.of(content), new Paging(0, 20), 1);
  }
}
