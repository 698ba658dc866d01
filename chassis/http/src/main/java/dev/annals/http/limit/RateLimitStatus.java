package dev.annals.http.limit;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/**
 * The state of a quota.
 *
 * @param granted whether the tokens were granted, or one is available
 * @param passing whether enough tokens may be returned by concurrent requests of this process
 * @param remaining the remaining tokens
 * @param untilReset the time until the quota is full again; the whole window if it is full
 */
record RateLimitStatus(
    RateLimitPolicy policy,
    Allowance allowance,
    boolean granted,
    boolean passing,
    long remaining,
    Duration untilReset) {

  /** Orders by remaining tokens, fewest first. */
  static final Comparator<RateLimitStatus> TIGHTER =
      Comparator.comparingLong(RateLimitStatus::remaining)
          .thenComparing(RateLimitStatus::untilReset, Comparator.reverseOrder());

  /** Sets the headers of the IETF draft-ietf-httpapi-ratelimit-headers. */
  void show(HttpServletResponse response) {
    response.setHeader(
        "RateLimit-Policy",
        "\"%s\";q=%d;w=%d".formatted(policy, allowance.capacity(), allowance.window().toSeconds()));
    response.setHeader(
        "RateLimit", "\"%s\";r=%d;t=%d".formatted(policy, remaining, secondsUntilReset()));
  }

  /**
   * Refuses the request unless tokens were granted.
   *
   * @throws Refusal {@link Problem#QUOTA_EXCEEDED}
   */
  void require(HttpServletResponse response) {
    if (!granted) {
      response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(passing ? 1 : secondsUntilReset()));
      throw new Refusal(
          Problem.QUOTA_EXCEEDED,
          passing
              ? "Requests under way have reserved the rest of the limit. Wait for one to end."
              : "The limit is reached. Try again after the seconds in Retry-After.",
          Map.of("violated-policies", List.of(policy.toString())));
    }
  }

  // Rounded up, so that a client that waits this long is not too early.
  private long secondsUntilReset() {
    return untilReset.plusSeconds(1).minusNanos(1).toSeconds();
  }
}
