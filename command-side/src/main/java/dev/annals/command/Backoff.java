package dev.annals.command;

import java.time.Duration;

/** How long whatever failed waits until it is tried again. */
public final class Backoff {

  // What waits for a store or a server goes on within 30 s of its return.
  private static final long MAX_SECONDS = 25;
  private static final int DOUBLINGS = 5;

  private Backoff() {}

  /** A second, then twice as long each time, up to 25 seconds. */
  public static Duration after(int failuresBefore) {
    return Duration.ofSeconds(Math.min(MAX_SECONDS, 1L << Math.min(failuresBefore, DOUBLINGS)));
  }
}
