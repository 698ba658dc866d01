package dev.annals.http.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.redis.Redis;
import dev.annals.http.redis.RedisConfiguration;
import dev.annals.servers.TestRedisCluster;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class SharedBucketsTest {

  private static final BucketConfiguration FRESH =
      BucketConfiguration.builder()
          .addLimit(
              Bandwidth.builder().capacity(50).refillIntervally(50, Duration.ofDays(1)).build())
          .build();

  @Test
  void twoProcessesShareTheBucketsOfEachMasterOfACluster() {
    try (TestRedisCluster cluster = new TestRedisCluster();
        ConfigurableApplicationContext program = cluster.open(RedisConfiguration.class);
        ConfigurableApplicationContext other = cluster.open(RedisConfiguration.class)) {
      for (int user = 0; user < 20; user++) {
        assertThat(takes(program, user, 30)).isTrue();
        assertThat(takes(other, user, 30)).isFalse();
        assertThat(takes(other, user, 20)).isTrue();
      }

      assertThat(cluster.keys()).hasSize(3).allMatch(keys -> keys > 1);
    }
  }

  private static boolean takes(ConfigurableApplicationContext program, int user, int count) {
    return new SharedBuckets(program.getBean(Redis.class), Clock.systemUTC())
        .ask("user-" + user, FRESH, bucket -> bucket.tryConsume(count))
        .orElseThrow();
  }
}
