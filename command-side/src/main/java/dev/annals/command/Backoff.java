package dev.annals.command;

import java.time.Duration;

/** How long whatever failed waits until it is tried again. */
public final class Backoff {

  private static final long MAX_SECONDS = 60;
  private static final int DOUBLINGS = 6;

  private Backoff() {}

  /** A second, then twice as long each time, up to a minute. */
  public static Duration after(int failuresBefore) {
    return Duration.ofSeconds(Math.min(MAX_SECONDS, 1L << Math.min(failuresBefore, DOUBLINGS)));
  }
}
