package dev.annals.http.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** The policies of a sample: one of each kind. */
enum SamplePolicy implements RateLimitPolicy {
  /** Counts failures, before anyone is known. */
  LOGIN,
  /** Counts each request, by account and by address. */
  FORGOT_PASSWORD,
  /** Counts each request, by address. */
  REGISTER,
  /** Counts the work of a user in a day. */
  TASKS_PER_DAY;

  /** Returns limits with these allowances of logins, and fixed ones of the others. */
  static RateLimits limits(Allowances login) {
    return new RateLimits(
        Map.of(
            LOGIN,
            login,
            FORGOT_PASSWORD,
            new Allowances(
                new Allowance(2, Duration.ofHours(1)), new Allowance(4, Duration.ofHours(1)), null),
            REGISTER,
            new Allowances(null, new Allowance(2, Duration.ofHours(1)), null),
            TASKS_PER_DAY,
            new Allowances(null, null, new Allowance(50, Duration.ofDays(1)))));
  }

  @Override
  public boolean limits(HttpServletRequest request) {
    return request.getServletPath().equals("/" + this);
  }

  @Override
  public boolean countsOnlyFailures() {
    return this == LOGIN;
  }

  @Override
  public boolean isAboutCaller(HttpServletRequest request) {
    return this == TASKS_PER_DAY;
  }

  @Override
  public boolean refusesBeforeReading(HttpServletRequest request) {
    return true;
  }

  @Override
  public boolean isAlignedToClock() {
    return this == TASKS_PER_DAY;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
