package dev.annals.http.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.VerboseResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The rest of an account's, an address's or a user's allowance within a window: in all processes
 * together or, while Redis is down, in this one.
 */
final class Quota {

  private final RateLimitPolicy policy;
  private final Allowance allowance;
  private final String name;
  private final SharedBuckets buckets;
  private final Clock clock;
  private Bucket localBucket;
  // Not the monitor: before JDK 24, waiting for Redis in it pins virtual threads' carriers.
  private final Lock lock = new ReentrantLock();
  private int reserved;

  /**
   * @param name the name of the shared bucket
   */
  Quota(
      RateLimitPolicy policy,
      Allowance allowance,
      String name,
      SharedBuckets buckets,
      Clock clock) {
    this.policy = policy;
    this.allowance = allowance;
    this.name = name;
    this.buckets = buckets;
    this.clock = clock;
    this.localBucket = full();
  }

  /** Returns the status without taking tokens. */
  RateLimitStatus peek() {
    lock.lock();
    try {
      VerboseResult<Long> peek =
          buckets
              .ask(name, configuration(), bucket -> bucket.asVerbose().getAvailableTokens())
              .orElseGet(() -> localBucket.asVerbose().getAvailableTokens());
      return status(peek, peek.getValue() > 0 || reserved > 0, 1);
    } finally {
      lock.unlock();
    }
  }

  /** Takes tokens if enough are left; otherwise takes none. */
  Reservation reserve(int count) {
    lock.lock();
    try {
      Optional<VerboseResult<Boolean>> shared =
          buckets.ask(name, configuration(), bucket -> bucket.asVerbose().tryConsume(count));
      VerboseResult<Boolean> taking = shared.orElseGet(() -> takeLocally(count));
      RateLimitStatus status = status(taking, taking.getValue(), count);
      reserved += status.granted() ? count : 0;
      return new Reservation(this, status, count, shared.isPresent());
    } finally {
      lock.unlock();
    }
  }

  /** Takes one token for good if one is left. */
  RateLimitStatus spend() {
    Reservation one = reserve(1);
    one.settle(true);
    return one.status();
  }

  private VerboseResult<Boolean> takeLocally(int count) {
    if (reserved == 0 && localBucket.getAvailableTokens() == allowance.capacity()) {
      localBucket = full();
    }
    return localBucket.asVerbose().tryConsume(count);
  }

  /**
   * Tokens that were taken, or refused. If they were taken, {@link #settle} must follow.
   *
   * @param shared whether they came from the bucket that the processes share
   */
  record Reservation(Quota quota, RateLimitStatus status, int count, boolean shared) {

    /**
     * Ends the reservation; does nothing if it was refused.
     *
     * @param spent whether the tokens stay taken
     */
    void settle(boolean spent) {
      if (status.granted()) {
        quota.settle(this, spent);
      }
    }
  }

  private void settle(Reservation taken, boolean spent) {
    lock.lock();
    try {
      reserved -= taken.count();
      if (!spent && taken.shared()) {
        // If Redis is down they stay taken: too little is granted rather than too much.
        buckets.ask(name, configuration(), bucket -> bucket.asVerbose().addTokens(taken.count()));
      } else if (!spent) {
        localBucket.addTokens(taken.count());
      }
    } finally {
      lock.unlock();
    }
  }

  private RateLimitStatus status(VerboseResult<?> result, boolean granted, int wanted) {
    long remaining = result.getDiagnostics().getAvailableTokens();
    boolean passing = !granted && remaining + reserved >= wanted;
    return new RateLimitStatus(
        policy, allowance, granted, passing, remaining, untilReset(result, remaining));
  }

  private Duration untilReset(VerboseResult<?> result, long remaining) {
    if (policy.isAlignedToClock()) {
      return Duration.between(clock.instant(), nextWindow());
    }
    return remaining == allowance.capacity()
        ? allowance.window()
        : Duration.ofNanos(result.getDiagnostics().calculateFullRefillingTime());
  }

  private Instant nextWindow() {
    long window = allowance.window().toMillis();
    return Instant.ofEpochMilli((clock.millis() / window + 1) * window);
  }

  private Bandwidth bandwidth() {
    int capacity = allowance.capacity();
    var bandwidth = Bandwidth.builder().capacity(capacity);
    return policy.isAlignedToClock()
        ? bandwidth.refillIntervallyAligned(capacity, allowance.window(), nextWindow()).build()
        : bandwidth.refillIntervally(capacity, allowance.window()).build();
  }

  /** Returns a full bucket. Unless aligned to the clock, its window begins now. */
  private BucketConfiguration configuration() {
    return BucketConfiguration.builder().addLimit(bandwidth()).build();
  }

  private Bucket full() {
    return Bucket.builder().addLimit(bandwidth()).withCustomTimePrecision(buckets.time()).build();
  }
}
