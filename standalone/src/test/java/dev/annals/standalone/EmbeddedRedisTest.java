package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {

  private static final int LIMITS = 1_000;
  private static final byte[] PAGE = new byte[256 * 1024];

  @TempDir private Path folder;

  @Test
  void evictsCachedPagesBeforeRateLimits() throws Exception {
    try (DataFolder data = DataFolder.open(folder);
        EmbeddedRedis redis = EmbeddedRedis.start(data).orElseThrow();
        RedisClient client =
            RedisClient.create((String) redis.properties().get("spring.data.redis.url"))) {
      RedisAsyncCommands<String, byte[]> commands =
          client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)).async();
      String[] limits =
          IntStream.range(0, LIMITS).mapToObj(i -> "annals:limit:" + i).toArray(String[]::new);
      for (String limit : limits) {
        set(commands, limit, new byte[100], Duration.ofMinutes(15)).get();
      }

      // Reads pages but no limits: an LRU policy would evict the limits.
      for (int i = 0; i < 2_000; i++) {
        set(commands, "annals:notes:" + i, PAGE, Duration.ofSeconds(30)).get();
      }

      assertThat(commands.dbsize().get()).isLessThan(LIMITS + 1_100);
      assertThat(commands.exists(limits).get()).isEqualTo(1_000);
    }
  }

  private static RedisFuture<String> set(
      RedisAsyncCommands<String, byte[]> commands, String key, byte[] value, Duration life) {
    return commands.set(key, value, SetArgs.Builder.px(life));
  }
}
