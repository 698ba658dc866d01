package dev.annals.command.limit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.annals.platform.web.NameBasedUuids;
import java.time.Clock;
import java.util.UUID;

/** One limit's quotas, of all accounts, addresses or users. Names are not kept, but hashes. */
final class Quotas {

  // Some 30 MB. Beyond that what is used least goes first, which is not what is being guessed at.
  private static final int MOST = 100_000;

  private final LoadingCache<UUID, Quota> quotas;

  /**
   * @param by what they are the quotas of
   */
  Quotas(
      Policy policy,
      String by,
      LimitProperties.Allowance allowance,
      SharedBuckets buckets,
      Clock clock) {
    this.quotas =
        Caffeine.newBuilder()
            .ticker(buckets.time()::currentTimeNanos)
            // Nothing is left to remember by then, since no window began after the last use.
            .expireAfterAccess(allowance.window())
            .maximumSize(MOST)
            .build(
                name ->
                    new Quota(policy, allowance, policy + ":" + by + ":" + name, buckets, clock));
  }

  Quota of(String name) {
    return quotas.get(NameBasedUuids.of(name));
  }
}
