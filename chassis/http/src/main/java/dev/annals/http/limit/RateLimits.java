package dev.annals.http.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;

/** The policies of a product, with their allowances. Without this bean nothing is limited. */
public record RateLimits(Map<RateLimitPolicy, Allowances> allowances) {

  private static final String ATTRIBUTE = RateLimits.class.getName();

  public RateLimits {
    allowances = Map.copyOf(allowances);
  }

  /** Returns the policy of a request. All filters of a request share one look. */
  Optional<RateLimitPolicy> policyOf(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof Optional<?> known) {
      return known.map(RateLimitPolicy.class::cast);
    }
    Optional<RateLimitPolicy> policy =
        allowances.keySet().stream().filter(each -> each.limits(request)).findFirst();
    request.setAttribute(ATTRIBUTE, policy);
    return policy;
  }
}
