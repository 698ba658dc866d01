package dev.annals.jobs;

import java.time.Duration;

/** The delay before a retry. */
public final class Backoff {

  // Work resumes within 30 s after a store or server is back.
  private static final long MAX_SECONDS = 25;
  private static final int DOUBLINGS = 5;

  private Backoff() {}

  /** Returns 1 s after the first failure, and twice as long after each further one, up to 25 s. */
  public static Duration after(int failuresBefore) {
    return Duration.ofSeconds(Math.min(MAX_SECONDS, 1L << Math.min(failuresBefore, DOUBLINGS)));
  }
}
