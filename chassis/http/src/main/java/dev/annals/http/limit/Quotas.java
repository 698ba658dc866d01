package dev.annals.http.limit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.annals.http.web.NameBasedUuids;
import java.time.Clock;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The quotas of a policy by account, by address or by user. Keys are hashes, not names. */
final class Quotas {

  // About 30 MB. The least used quotas are evicted first; accounts under attack are not among them.
  private static final int MAX_SIZE = 100_000;

  private final LoadingCache<UUID, Quota> quotas;

  /**
   * Returns the quotas of an allowance; none if it has no limit.
   *
   * @param by {@code account}, {@code address} or {@code user}
   */
  static Stream<Quotas> of(
      RateLimitPolicy policy,
      String by,
      @Nullable Allowance allowance,
      SharedBuckets buckets,
      Clock clock) {
    return Stream.ofNullable(allowance)
        .filter(limit -> limit.capacity() > 0)
        .map(limit -> new Quotas(policy, by, limit, buckets, clock));
  }

  private Quotas(
      RateLimitPolicy policy, String by, Allowance allowance, SharedBuckets buckets, Clock clock) {
    this.quotas =
        Caffeine.newBuilder()
            .ticker(buckets.time()::currentTimeNanos)
            // By then every window has ended, since none begins after the last access.
            .expireAfterAccess(allowance.window())
            .maximumSize(MAX_SIZE)
            .build(
                name ->
                    new Quota(policy, allowance, policy + ":" + by + ":" + name, buckets, clock));
  }

  Quota of(String name) {
    return quotas.get(NameBasedUuids.of(name));
  }
}
