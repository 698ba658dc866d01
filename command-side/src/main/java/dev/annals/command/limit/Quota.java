package dev.annals.command.limit;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.VerboseResult;
import java.time.Duration;
import java.util.function.Supplier;

/** What one account, or one address, has left within a window that begins when it is first used. */
final class Quota {

  private final Policy policy;
  private final LimitProperties.Allowance allowance;
  private final Supplier<Bucket> full;
  private Bucket bucket;
  private int reserved;

  /**
   * @param full makes a bucket whose window begins now
   */
  Quota(Policy policy, LimitProperties.Allowance allowance, Supplier<Bucket> full) {
    this.policy = policy;
    this.allowance = allowance;
    this.full = full;
    this.bucket = full.get();
  }

  /** Takes nothing, and says whether one may be to be had. */
  synchronized Standing look() {
    VerboseResult<Long> look = bucket.asVerbose().getAvailableTokens();
    return standing(look, look.getValue() > 0 || reserved > 0);
  }

  /** Takes one, if one is left. */
  synchronized Standing take() {
    if (reserved == 0 && bucket.getAvailableTokens() == allowance.capacity()) {
      bucket = full.get();
    }
    VerboseResult<Boolean> taken = bucket.asVerbose().tryConsume(1);
    return standing(taken, taken.getValue());
  }

  /**
   * Takes one, if one is left, until {@link #settle} says whether it stays taken. While others may
   * give theirs back it waits for them: of however many who come at once nobody is refused who
   * would not be if they came one by one.
   */
  synchronized Standing reserve() {
    Standing standing = take();
    try {
      while (!standing.granted() && reserved > 0) {
        wait();
        standing = take();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while others were trying", stopping);
    }
    if (standing.granted()) {
      reserved++;
    }
    return standing;
  }

  /**
   * Ends a reservation.
   *
   * @param spent whether what was taken stays taken
   */
  synchronized void settle(boolean spent) {
    reserved--;
    if (!spent) {
      bucket.addTokens(1);
    }
    notifyAll();
  }

  private Standing standing(VerboseResult<?> result, boolean granted) {
    long remaining = result.getDiagnostics().getAvailableTokens();
    return new Standing(
        policy,
        allowance,
        granted,
        remaining,
        remaining == allowance.capacity()
            ? allowance.window()
            : Duration.ofNanos(result.getDiagnostics().calculateFullRefillingTime()));
  }
}
