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
 * What one account, address or user has left within a window: in all processes together or, while
 * Redis is away, in this one.
 */
final class Quota {

  private static final int MOST_WAITING = 64;

  private final Policy policy;
  private final LimitProperties.Allowance allowance;
  private final String name;
  private final SharedBuckets buckets;
  private final Clock clock;
  private Bucket standIn;
  // Not the monitor: to wait in it for Redis would take a carrier from virtual threads before JDK
  // 24.
  private final Lock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();
  private int reserved;
  private int waiting;

  /**
   * @param name of the bucket that the processes share
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
    this.standIn = full();
  }

  /**
   * What was to be taken.
   *
   * @param shared whether it is missing in the bucket that the processes share
   */
  record Taken(RateLimitStatus standing, int count, boolean shared) {}

  /** Takes nothing, and says whether one may be to be had. */
  RateLimitStatus look() {
    lock.lock();
    try {
      VerboseResult<Long> look =
          buckets
              .ask(name, configuration(), bucket -> bucket.asVerbose().getAvailableTokens())
              .orElseGet(() -> standIn.asVerbose().getAvailableTokens());
      return standing(look, look.getValue() > 0 || reserved > 0, false);
    } finally {
      lock.unlock();
    }
  }

  /** Takes so many, if they are left, else none. */
  Taken take(int count) {
    lock.lock();
    try {
      return takeLocked(count);
    } finally {
      lock.unlock();
    }
  }

  private Taken takeLocked(int count) {
    Optional<VerboseResult<Boolean>> shared =
        buckets.ask(name, configuration(), bucket -> bucket.asVerbose().tryConsume(count));
    if (shared.isPresent()) {
      return new Taken(standing(shared.get(), count), count, true);
    }
    if (reserved == 0 && standIn.getAvailableTokens() == allowance.capacity()) {
      standIn = full();
    }
    VerboseResult<Boolean> alone = standIn.asVerbose().tryConsume(count);
    return new Taken(standing(alone, count), count, false);
  }

  /** Takes so many, if they are left, until {@link #settle} says whether they stay taken. */
  Taken reserve(int count) {
    lock.lock();
    try {
      Taken taken = takeLocked(count);
      if (taken.standing().granted()) {
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
  Taken await(int count) {
    lock.lock();
    try {
      Taken taken = reserve(count);
      while (taken.standing().passing() && waiting < MOST_WAITING) {
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
      throw new IllegalStateException("Interrupted while others were trying", stopping);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a reservation that was granted.
   *
   * @param spent whether what was taken stays taken
   */
  void settle(Taken taken, boolean spent) {
    lock.lock();
    try {
      reserved -= taken.count();
      if (!spent && taken.shared()) {
        // When Redis is away just now they stay taken: too little is granted rather than too much.
        buckets.ask(name, configuration(), bucket -> bucket.asVerbose().addTokens(taken.count()));
      } else if (!spent) {
        standIn.addTokens(taken.count());
      }
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private RateLimitStatus standing(VerboseResult<Boolean> taking, int count) {
    boolean granted = taking.getValue();
    long remaining = taking.getDiagnostics().getAvailableTokens();
    return standing(taking, granted, !granted && remaining + reserved >= count);
  }

  private RateLimitStatus standing(VerboseResult<?> result, boolean granted, boolean passing) {
    long remaining = result.getDiagnostics().getAvailableTokens();
    return new RateLimitStatus(
        policy, allowance, granted, passing, remaining, untilReset(result, remaining));
  }

  private Duration untilReset(VerboseResult<?> result, long remaining) {
    if (policy.byTheClock()) {
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
    return policy.byTheClock()
        ? bandwidth.refillIntervallyAligned(capacity, allowance.window(), nextWindow()).build()
        : bandwidth.refillIntervally(capacity, allowance.window()).build();
  }

  /** A bucket whose window, unless it is the clock's, begins now. */
  private BucketConfiguration configuration() {
    return BucketConfiguration.builder().addLimit(bandwidth()).build();
  }

  private Bucket full() {
    return Bucket.builder().addLimit(bandwidth()).withCustomTimePrecision(buckets.time()).build();
  }
}
