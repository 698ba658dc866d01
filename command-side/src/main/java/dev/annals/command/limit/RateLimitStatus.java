package dev.annals.command.limit;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/**
 * How things stand with a quota.
 *
 * @param granted whether one was to be had
 * @param passing whether there may be enough as soon as others of this process give theirs back
 * @param remaining how many are left
 * @param untilReset until all of it is to be had again; the whole window if it is already
 */
record RateLimitStatus(
    Policy policy,
    LimitProperties.Allowance allowance,
    boolean granted,
    boolean passing,
    long remaining,
    Duration untilReset) {

  /** The one that leaves less first. */
  static final Comparator<RateLimitStatus> TIGHTER =
      Comparator.comparingLong(RateLimitStatus::remaining)
          .thenComparing(RateLimitStatus::untilReset, Comparator.reverseOrder());

  /** Tells the client (IETF draft-ietf-httpapi-ratelimit-headers). */
  void show(HttpServletResponse response) {
    response.setHeader(
        "RateLimit-Policy",
        "\"%s\";q=%d;w=%d".formatted(policy, allowance.capacity(), allowance.window().toSeconds()));
    response.setHeader(
        "RateLimit", "\"%s\";r=%d;t=%d".formatted(policy, remaining, secondsUntilReset()));
  }

  /**
   * Refuses if there was none to be had.
   *
   * @throws Refusal {@link Problem#QUOTA_EXCEEDED}
   */
  void require(HttpServletResponse response) {
    if (!granted) {
      response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(passing ? 1 : secondsUntilReset()));
      throw new Refusal(
          Problem.QUOTA_EXCEEDED,
          passing
              ? "As many requests are under way as are left. Wait for one to end."
              : "That was too often. Retry-After says in how many seconds to try again.",
          Map.of("violated-policies", List.of(policy.toString())));
    }
  }

  // Rounded up: who waits for that long shall not come too early.
  private long secondsUntilReset() {
    return untilReset.plusSeconds(1).minusNanos(1).toSeconds();
  }
}
