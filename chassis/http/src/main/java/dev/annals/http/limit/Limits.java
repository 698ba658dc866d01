package dev.annals.http.limit;

import dev.annals.base.problem.Refusal;
import dev.annals.http.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Enforces limits. A request reserves its largest cost, and is refused at once if less is left.
 * Afterwards it settles: it spends the reservation or gives it back. Every response of a limited
 * endpoint shows the tightest of its limits. For use by the thread that serves the request.
 */
public class Limits {

  private final Map<RateLimitPolicy, List<Quotas>> byAddress = new HashMap<>();
  // An account's quotas are those of its user, if it has one.
  private final Map<RateLimitPolicy, List<Quotas>> byAccount = new HashMap<>();
  private final ClientAddresses addresses;
  private final HttpServletRequest request;
  private final HttpServletResponse response;

  /**
   * @param request a proxy of the current thread's request
   * @param response a proxy of its response
   */
  Limits(
      RateLimits limits,
      SharedBuckets buckets,
      ClientAddresses addresses,
      Clock clock,
      HttpServletRequest request,
      HttpServletResponse response) {
    this.addresses = addresses;
    this.request = request;
    this.response = response;
    limits
        .allowances()
        .forEach(
            (policy, allowed) -> {
              byAddress.put(
                  policy, Quotas.of(policy, "address", allowed.address(), buckets, clock).toList());
              byAccount.put(
                  policy,
                  Stream.concat(
                          Quotas.of(policy, "account", allowed.account(), buckets, clock),
                          Quotas.of(policy, "user", allowed.user(), buckets, clock))
                      .toList());
            });
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
  public <T> Optional<T> attempt(
      RateLimitPolicy policy, String account, Supplier<Optional<T>> attempt) {
    return reserve(policy, account, 1, attempt, Optional::isEmpty);
  }

  /**
   * Takes one from the account's quota. The address's quota was charged when the request arrived.
   *
   * @param account the account of the request, existing or not
   * @throws Refusal {@code quota-exceeded}
   */
  public void spend(RateLimitPolicy policy, String account) {
    reserve(policy, account, 1, () -> account, spent -> true);
  }

  /**
   * Takes from the user's quota and runs work. If the work fails, the quota is restored.
   *
   * @throws Refusal {@code quota-exceeded} if less is left
   */
  public <T> T spendOnSuccess(RateLimitPolicy policy, UUID user, int count, Supplier<T> work) {
    return reserve(policy, user.toString(), count, work, done -> true);
  }

  private <T> T reserve(
      RateLimitPolicy policy, String account, int count, Supplier<T> work, Predicate<T> costs) {
    List<Quota> ofAccount = of(byAccount, policy, account);
    List<Quota> all = with(of(byAddress, policy, addresses.of(request)), ofAccount);
    List<Quota.Reservation> reservations = new ArrayList<>();
    boolean spent = false;
    try {
      for (Quota quota : policy.countsOnlyFailures() ? all : ofAccount) {
        Quota.Reservation reservation = quota.reserve(count);
        reservations.add(reservation);
        reservation.status().require(response);
      }
      T outcome = work.get();
      spent = costs.test(outcome);
      return outcome;
    } finally {
      for (Quota.Reservation reservation : reservations) {
        reservation.settle(spent);
      }
      show(all, response);
    }
  }

  /** Shows the limit of the request's address. */
  void show(RateLimitPolicy policy, HttpServletRequest from, HttpServletResponse to) {
    show(of(byAddress, policy, addresses.of(from)), to);
  }

  /** Shows the limits of the user for requests about the caller's own account. */
  void showUser(RateLimitPolicy policy, HttpServletRequest from, HttpServletResponse to) {
    Optional<Caller> caller = Caller.current();
    if (policy.isAboutCaller(from) && caller.isPresent()) {
      String user = caller.get().userId().toString();
      show(with(of(byAddress, policy, addresses.of(from)), of(byAccount, policy, user)), to);
    }
  }

  /**
   * Admits or refuses a request by its address.
   *
   * @throws Refusal {@code quota-exceeded}
   */
  void admit(RateLimitPolicy policy, HttpServletRequest from, HttpServletResponse to) {
    if (!policy.refusesBeforeReading(from)) {
      return;
    }
    for (Quota quota : of(byAddress, policy, addresses.of(from))) {
      RateLimitStatus status = policy.countsOnlyFailures() ? quota.peek() : quota.spend();
      status.show(to);
      status.require(to);
    }
  }

  private static List<Quota> of(
      Map<RateLimitPolicy, List<Quotas>> limited, RateLimitPolicy policy, String name) {
    return limited.get(policy).stream().map(each -> each.of(name)).toList();
  }

  private static List<Quota> with(List<Quota> some, List<Quota> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private static void show(List<Quota> quotas, HttpServletResponse response) {
    quotas.stream()
        .map(Quota::peek)
        .min(RateLimitStatus.TIGHTER)
        .ifPresent(status -> status.show(response));
  }
}
