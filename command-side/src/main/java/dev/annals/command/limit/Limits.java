package dev.annals.command.limit;

import dev.annals.command.limit.LimitProperties.Allowance;
import dev.annals.command.limit.Quota.Reservation;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/**
 * Enforces limits. Every response of a limited endpoint shows the tightest of its limits. For use
 * by the thread that serves the request.
 */
@Component
public class Limits {

  private final Map<Policy, Quotas> byAccount = new EnumMap<>(Policy.class);
  private final Map<Policy, Quotas> byAddress = new EnumMap<>(Policy.class);
  private final Map<Policy, Quotas> byUser = new EnumMap<>(Policy.class);
  private final ClientAddresses addresses;
  private final HttpServletRequest request;
  private final HttpServletResponse response;

  /**
   * @param request a proxy of the current thread's request
   * @param response a proxy of its response
   */
  Limits(
      LimitProperties properties,
      SharedBuckets buckets,
      ClientAddresses addresses,
      Clock clock,
      HttpServletRequest request,
      HttpServletResponse response) {
    this.addresses = addresses;
    this.request = request;
    this.response = response;
    for (Policy policy : Policy.values()) {
      LimitProperties.Allowances allowances = properties.of(policy);
      limit(
          policy.isAboutCaller() ? byUser : byAccount,
          policy,
          "account",
          allowances.account(),
          buckets,
          clock);
      limit(byAddress, policy, "address", allowances.address(), buckets, clock);
      limit(byUser, policy, "user", allowances.user(), buckets, clock);
    }
  }

  private static void limit(
      Map<Policy, Quotas> limited,
      Policy policy,
      String by,
      @Nullable Allowance allowance,
      SharedBuckets buckets,
      Clock clock) {
    if (allowance != null && allowance.capacity() > 0) {
      limited.put(policy, new Quotas(policy, by, allowance, buckets, clock));
    }
  }

  /**
   * Makes an attempt that costs something only if it fails. The number of concurrent attempts, in
   * all processes together, is at most the number of remaining failures; one more is refused at
   * once.
   *
   * @param account the account of the attempt, existing or not
   * @return the result of the attempt; empty if it failed
   * @throws Refusal {@code quota-exceeded}, without an attempt
   */
  public <T> Optional<T> attempt(Policy policy, String account, Supplier<Optional<T>> attempt) {
    List<Quota> quotas = quotas(policy, account);
    Map<Quota, Reservation> reservations = new LinkedHashMap<>();
    boolean failed = false;
    try {
      for (Quota quota : quotas) {
        Reservation taken = quota.reserve(1);
        taken.status().require(response);
        reservations.put(quota, taken);
      }
      Optional<T> outcome = attempt.get();
      failed = outcome.isEmpty();
      return outcome;
    } finally {
      for (Map.Entry<Quota, Reservation> each : reservations.entrySet()) {
        each.getKey().settle(each.getValue(), failed);
      }
      show(quotas.stream(), response);
    }
  }

  /**
   * Takes one from the account's quota. The address's quota was charged when the request arrived.
   *
   * @param account the account of the request, existing or not
   * @throws Refusal {@code quota-exceeded}
   */
  public void spend(Policy policy, String account) {
    Optional<RateLimitStatus> taken = of(byAccount, policy, account).map(it -> it.take(1).status());
    show(quotas(policy, account).stream(), response);
    taken.ifPresent(status -> status.require(response));
  }

  /**
   * Takes from the user's quota and runs work. If the work fails, the quota is restored.
   *
   * @throws Refusal {@code quota-exceeded} if less is left
   */
  public <T> T spendOnSuccess(Policy policy, UUID user, int count, Supplier<T> work) {
    Quota quota = of(byUser, policy, user.toString()).orElse(null);
    if (quota == null) {
      return work.get();
    }
    Reservation taken = quota.await(count);
    taken.status().show(response);
    taken.status().require(response);
    boolean done = false;
    try {
      T result = work.get();
      done = true;
      return result;
    } finally {
      quota.settle(taken, done);
      if (!done) {
        quota.peek().show(response);
      }
    }
  }

  /** Shows the limit of the request's address. */
  void show(Policy policy, HttpServletRequest from, HttpServletResponse to) {
    show(of(byAddress, policy, addresses.of(from)).stream(), to);
  }

  /** Shows the limits of the user for requests about the caller's own account. */
  void showUser(Policy policy, HttpServletRequest from, HttpServletResponse to) {
    if (!policy.isAboutCaller(from)) {
      return;
    }
    Authentication known = SecurityContextHolder.getContext().getAuthentication();
    if (known != null && known.getPrincipal() instanceof Caller caller) {
      String user = caller.userId().toString();
      show(
          Stream.of(
                  of(byAddress, policy, addresses.of(from)),
                  of(byAccount, policy, user),
                  of(byUser, policy, user))
              .flatMap(Optional::stream),
          to);
    }
  }

  /**
   * Admits or refuses a request by its address.
   *
   * @throws Refusal {@code quota-exceeded}
   */
  void admit(Policy policy, HttpServletRequest from, HttpServletResponse to) {
    if (!policy.refusesBeforeReading(from)) {
      return;
    }
    of(byAddress, policy, addresses.of(from))
        .map(quota -> policy.countsOnlyFailures() ? quota.peek() : quota.take(1).status())
        .ifPresent(
            status -> {
              status.show(to);
              status.require(to);
            });
  }

  private List<Quota> quotas(Policy policy, String account) {
    return Stream.of(of(byAddress, policy, addresses.of(request)), of(byAccount, policy, account))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Quota> of(Map<Policy, Quotas> limited, Policy policy, String name) {
    return Optional.ofNullable(limited.get(policy)).map(quotas -> quotas.of(name));
  }

  private static void show(Stream<Quota> quotas, HttpServletResponse response) {
    quotas.map(Quota::peek).min(RateLimitStatus.TIGHTER).ifPresent(status -> status.show(response));
  }
}
