package dev.annals.command.limit;

import dev.annals.command.limit.LimitProperties.Allowance;
import dev.annals.command.limit.Quota.Taken;
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
 * Holds endpoints to their limits. Every answer of a limited endpoint tells how the tighter of its
 * limits stands. For use by the thread that serves the request.
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
   * @param request stands for the one that the current thread serves
   * @param response stands for its answer
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
          policy.ofTheCaller() ? byUser : byAccount,
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
   * Makes an attempt that spends something only if it comes to nothing. As many as may fail are
   * under way at a time, in all processes together; one more is refused at once.
   *
   * @param account whom it is about, whether there is such an account or not
   * @return what the attempt came to
   * @throws Refusal {@code quota-exceeded}, without an attempt
   */
  public <T> Optional<T> attempt(Policy policy, String account, Supplier<Optional<T>> attempt) {
    List<Quota> quotas = quotas(policy, account);
    Map<Quota, Taken> reserved = new LinkedHashMap<>();
    boolean failed = false;
    try {
      for (Quota quota : quotas) {
        Taken taken = quota.reserve(1);
        taken.standing().require(response);
        reserved.put(quota, taken);
      }
      Optional<T> outcome = attempt.get();
      failed = outcome.isEmpty();
      return outcome;
    } finally {
      for (Map.Entry<Quota, Taken> each : reserved.entrySet()) {
        each.getKey().settle(each.getValue(), failed);
      }
      show(quotas.stream(), response);
    }
  }

  /**
   * Spends one of what the account has. What the address has was spent when the request came.
   *
   * @param account whom it is about, whether there is such an account or not
   * @throws Refusal {@code quota-exceeded}
   */
  public void spend(Policy policy, String account) {
    Optional<RateLimitStatus> taken =
        of(byAccount, policy, account).map(it -> it.take(1).standing());
    show(quotas(policy, account).stream(), response);
    taken.ifPresent(standing -> standing.require(response));
  }

  /**
   * Does something that spends so much of what the user has, or nothing if it fails.
   *
   * @throws Refusal {@code quota-exceeded}, when less is left
   */
  public <T> T spendOnSuccess(Policy policy, UUID user, int count, Supplier<T> work) {
    Quota quota = of(byUser, policy, user.toString()).orElse(null);
    if (quota == null) {
      return work.get();
    }
    Taken taken = quota.await(count);
    taken.standing().show(response);
    taken.standing().require(response);
    boolean done = false;
    try {
      T result = work.get();
      done = true;
      return result;
    } finally {
      quota.settle(taken, done);
      if (!done) {
        quota.look().show(response);
      }
    }
  }

  /** Shows how the address stands that a request came from. */
  void show(Policy policy, HttpServletRequest from, HttpServletResponse to) {
    show(of(byAddress, policy, addresses.of(from)).stream(), to);
  }

  /** Shows how the user stands who sent a request that is about their own account. */
  void showUser(Policy policy, HttpServletRequest from, HttpServletResponse to) {
    if (!policy.ofTheCaller(from)) {
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
   * Lets a request in, or not, by the address that it came from.
   *
   * @throws Refusal {@code quota-exceeded}
   */
  void admit(Policy policy, HttpServletRequest from, HttpServletResponse to) {
    if (!policy.refusesFirst(from)) {
      return;
    }
    of(byAddress, policy, addresses.of(from))
        .map(quota -> policy.failuresAlone() ? quota.look() : quota.take(1).standing())
        .ifPresent(
            standing -> {
              standing.show(to);
              standing.require(to);
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
    quotas
        .map(Quota::look)
        .min(RateLimitStatus.TIGHTER)
        .ifPresent(standing -> standing.show(response));
  }
}
