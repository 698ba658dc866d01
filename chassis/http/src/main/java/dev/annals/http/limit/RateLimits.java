package dev.annals.http.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;

/** The policies of a product, with their allowances. Without this bean nothing is limited. */
public record RateLimits(Map<RateLimitPolicy, Allowances> allowances) {

  public RateLimits {
    allowances = Map.copyOf(allowances);
  }

  Optional<RateLimitPolicy> policyOf(HttpServletRequest request) {
    return allowances.keySet().stream().filter(policy -> policy.limits(request)).findFirst();
  }
}
