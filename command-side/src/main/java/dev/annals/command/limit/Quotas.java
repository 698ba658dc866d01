package dev.annals.command.limit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.annals.platform.web.NamedIds;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * One limit's quotas, of all accounts or of all addresses. They are this process' own: with several
 * processes each grants the whole of it. Names are not kept, but hashes of them.
 */
final class Quotas {

  // Some 30 MB. Beyond that what is used least goes first, which is not what is being guessed at.
  private static final int MOST = 100_000;

  private final LoadingCache<UUID, Quota> quotas;

  Quotas(Policy policy, LimitProperties.Allowance allowance, Clock clock) {
    TimeMeter time = time(clock);
    this.quotas =
        Caffeine.newBuilder()
            .ticker(time::currentTimeNanos)
            // Nothing is left to remember by then, since no window began after the last use.
            .expireAfterAccess(allowance.window())
            .maximumSize(MOST)
            .build(name -> new Quota(policy, allowance, () -> bucket(allowance, time)));
  }

  Quota of(String name) {
    return quotas.get(NamedIds.of(name));
  }

  private static Bucket bucket(LimitProperties.Allowance allowance, TimeMeter time) {
    int capacity = allowance.capacity();
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(capacity).refillIntervally(capacity, allowance.window()))
        .withCustomTimePrecision(time)
        .build();
  }

  private static TimeMeter time(Clock clock) {
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
