package dev.annals.http.limit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.annals.http.redis.Redis;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The buckets of all processes, in Redis. Full buckets expire. */
record SharedBuckets(Redis redis, Clock clock) {

  /** A full bucket equals a new one, whose window begins with its first use. */
  private static final ExpirationAfterWriteStrategy WHEN_FULL =
      ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(1));

  /**
   * Runs an operation on a bucket.
   *
   * @param fresh the configuration of a new bucket
   * @return empty if Redis is down
   */
  <T> Optional<T> ask(
      String name,
      BucketConfiguration fresh,
      Function<AsyncBucketProxy, CompletableFuture<T>> operation) {
    return redis.execute(
        commands ->
            operation.apply(
                buckets(commands)
                    .builder()
                    .build(("annals:limit:" + name).getBytes(UTF_8), fresh)));
  }

  private AsyncProxyManager<byte[]> buckets(RedisClusterAsyncCommands<byte[], byte[]> commands) {
    return (commands instanceof RedisAdvancedClusterAsyncCommands<byte[], byte[]> cluster
            ? Bucket4jLettuce.casBasedBuilder(cluster)
            : Bucket4jLettuce.casBasedBuilder((RedisAsyncCommands<byte[], byte[]>) commands))
        .clientClock(time())
        .expirationAfterWrite(WHEN_FULL)
        .build()
        .asAsync();
  }

  TimeMeter time() {
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
      }

      @Override
      public boolean isWallClockBased() {
        return true;
      }
    };
  }
}
