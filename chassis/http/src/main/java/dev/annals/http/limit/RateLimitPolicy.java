package dev.annals.http.limit;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Endpoints that share a limit. An enum of a product implements it; its text is shown to clients.
 */
public interface RateLimitPolicy {

  /** Returns whether the policy limits a request. */
  boolean limits(HttpServletRequest request);

  /** Returns true if successful requests cost nothing. */
  default boolean countsOnlyFailures() {
    return false;
  }

  /** Returns true if the request is about the account of its token. */
  default boolean isAboutCaller(HttpServletRequest request) {
    return true;
  }

  /** Returns true if an address is refused before its request is read. */
  default boolean refusesBeforeReading(HttpServletRequest request) {
    return !countsOnlyFailures();
  }

  /** Returns true if windows begin at midnight (UTC) instead of with the first request. */
  default boolean isAlignedToClock() {
    return false;
  }
}
