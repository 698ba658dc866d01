package dev.annals.command.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.VerboseResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The rest of an account's, an address's or a user's allowance within a window: in all processes
 * together or, while Redis is down, in this one.
 */
final class Quota {

  private static final int MAX_WAITING = 64;

  private final Policy policy;
  private final LimitProperties.Allowance allowance;
  private final String name;
  private final SharedBuckets buckets;
  private final Clock clock;
  private Bucket localBucket;
  // Not the monitor: before JDK 24, waiting for Redis in it pins virtual threads' carriers.
  private final Lock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();
  private int reserved;
  private int waiting;

  /**
   * @param name the name of the shared bucket
   */
  Quota(
      Policy policy,
      LimitProperties.Allowance allowance,
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

  /**
   * The outcome of taking tokens.
   *
   * @param shared whether they came from the bucket that the processes share
   */
  record Reservation(RateLimitStatus status, int count, boolean shared) {}

  /** Returns the status without taking tokens. */
  RateLimitStatus peek() {
    lock.lock();
    try {
      VerboseResult<Long> peek =
          buckets
              .ask(name, configuration(), bucket -> bucket.asVerbose().getAvailableTokens())
              .orElseGet(() -> localBucket.asVerbose().getAvailableTokens());
      return status(peek, peek.getValue() > 0 || reserved > 0, false);
    } finally {
      lock.unlock();
    }
  }

  /** Takes tokens if enough are left; otherwise takes none. */
  Reservation take(int count) {
    lock.lock();
    try {
      return takeLocked(count);
    } finally {
      lock.unlock();
    }
  }

  private Reservation takeLocked(int count) {
    Optional<VerboseResult<Boolean>> shared =
        buckets.ask(name, configuration(), bucket -> bucket.asVerbose().tryConsume(count));
    if (shared.isPresent()) {
      return new Reservation(status(shared.get(), count), count, true);
    }
    if (reserved == 0 && localBucket.getAvailableTokens() == allowance.capacity()) {
      localBucket = full();
    }
    VerboseResult<Boolean> alone = localBucket.asVerbose().tryConsume(count);
    return new Reservation(status(alone, count), count, false);
  }

  /** Takes tokens if enough are left. If granted, {@link #settle} must follow. */
  Reservation reserve(int count) {
    lock.lock();
    try {
      Reservation taken = takeLocked(count);
      if (taken.status().granted()) {
        reserved += count;
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reserves tokens. Waits while other requests of this process may return theirs, so that
   * concurrent requests succeed as consecutive ones do. Holds up to 64 threads.
   */
  Reservation await(int count) {
    lock.lock();
    try {
      Reservation taken = reserve(count);
      while (taken.status().passing() && waiting < MAX_WAITING) {
        waiting++;
        try {
          settled.await();
        } finally {
          waiting--;
        }
        taken = reserve(count);
      }
      return taken;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "Interrupted while waiting for concurrent requests", stopping);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a granted reservation.
   *
   * @param spent whether the tokens stay taken
   */
  void settle(Reservation taken, boolean spent) {
    lock.lock();
    try {
      reserved -= taken.count();
      if (!spent && taken.shared()) {
        // If Redis is down they stay taken: too little is granted rather than too much.
        buckets.ask(name, configuration(), bucket -> bucket.asVerbose().addTokens(taken.count()));
      } else if (!spent) {
        localBucket.addTokens(taken.count());
      }
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private RateLimitStatus status(VerboseResult<Boolean> taking, int count) {
    boolean granted = taking.getValue();
    long remaining = taking.getDiagnostics().getAvailableTokens();
    return status(taking, granted, !granted && remaining + reserved >= count);
  }

  private RateLimitStatus status(VerboseResult<?> result, boolean granted, boolean passing) {
    long remaining = result.getDiagnostics().getAvailableTokens();
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
