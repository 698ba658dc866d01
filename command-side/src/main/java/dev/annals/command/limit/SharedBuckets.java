package dev.annals.command.limit;

import dev.annals.platform.redis.Redis;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** The buckets of all processes, in Redis. Those that are full are not kept. */
@Component
final class SharedBuckets {

  /** What was full a while ago is as good as new: its window begins when it is next used. */
  private static final ExpirationAfterWriteStrategy WHEN_FULL =
      ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(1));

  private final Redis redis;
  private final TimeMeter time;
  private volatile AsyncProxyManager<String> buckets;

  SharedBuckets(Redis redis, Clock clock) {
    this.redis = redis;
    this.time = meter(clock);
  }

  /**
   * Asks a bucket something.
   *
   * @param fresh what it is to be if there is none of that name
   * @return nothing when Redis is away
   */
  <T> Optional<T> ask(
      String name,
      BucketConfiguration fresh,
      Function<AsyncBucketProxy, CompletableFuture<T>> question) {
    return redis.execute(
        commands ->
            question.apply(buckets(commands).builder().build("annals:limit:" + name, fresh)));
  }

  TimeMeter time() {
    return time;
  }

  // The way to Redis stays the same once it was found.
  private AsyncProxyManager<String> buckets(RedisAsyncCommands<String, byte[]> commands) {
    if (buckets == null) {
      buckets =
          Bucket4jLettuce.casBasedBuilder(commands)
              .clientClock(time)
              .expirationAfterWrite(WHEN_FULL)
              .build()
              .asAsync();
    }
    return buckets;
  }

  private static TimeMeter meter(Clock clock) {
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
