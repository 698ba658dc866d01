package dev.annals.command.limit;

import dev.annals.platform.problem.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Holds endpoints to their limits. Every answer of a limited endpoint tells how the tighter of its
 * limits stands. For use by the thread that serves the request.
 */
@Component
public class Limits {

  private final Map<Policy, Quotas> byAccount = new EnumMap<>(Policy.class);
  private final Map<Policy, Quotas> byAddress = new EnumMap<>(Policy.class);
  private final HttpServletRequest request;
  private final HttpServletResponse response;

  /**
   * @param request stands for the one that the current thread serves
   * @param response stands for its answer
   */
  Limits(
      LimitProperties properties,
      Clock clock,
      HttpServletRequest request,
      HttpServletResponse response) {
    this.request = request;
    this.response = response;
    for (Policy policy : Policy.values()) {
      LimitProperties.Allowances allowances = properties.of(policy);
      if (allowances.account().capacity() > 0) {
        byAccount.put(policy, new Quotas(policy, allowances.account(), clock));
      }
      if (allowances.address().capacity() > 0) {
        byAddress.put(policy, new Quotas(policy, allowances.address(), clock));
      }
    }
  }

  /**
   * Makes an attempt that spends something only if it comes to nothing. However many are made at
   * once, no more than the limits allow are known to have failed.
   *
   * @param account whom it is about, whether there is such an account or not
   * @return what the attempt came to
   * @throws Refusal {@code quota-exceeded}, without an attempt
   */
  public <T> Optional<T> attempt(Policy policy, String account, Supplier<Optional<T>> attempt) {
    List<Quota> quotas = quotas(policy, account);
    List<Quota> reserved = new ArrayList<>();
    boolean failed = false;
    try {
      for (Quota quota : quotas) {
        quota.reserve().require(response);
        reserved.add(quota);
      }
      Optional<T> outcome = attempt.get();
      failed = outcome.isEmpty();
      return outcome;
    } finally {
      for (Quota quota : reserved) {
        quota.settle(failed);
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
    Optional<Standing> taken = of(byAccount, policy, account).map(Quota::take);
    show(quotas(policy, account).stream(), response);
    taken.ifPresent(standing -> standing.require(response));
  }

  /** Shows how the address stands that a request came from. */
  void show(Policy policy, HttpServletRequest from, HttpServletResponse to) {
    show(of(byAddress, policy, from.getRemoteAddr()).stream(), to);
  }

  /**
   * Lets a request in, or not, by the address that it came from.
   *
   * @throws Refusal {@code quota-exceeded}
   */
  void admit(Policy policy, HttpServletRequest from, HttpServletResponse to) {
    of(byAddress, policy, from.getRemoteAddr())
        .map(policy.failuresAlone() ? Quota::look : Quota::take)
        .ifPresent(
            standing -> {
              standing.show(to);
              standing.require(to);
            });
  }

  private List<Quota> quotas(Policy policy, String account) {
    return Stream.of(of(byAddress, policy, request.getRemoteAddr()), of(byAccount, policy, account))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Quota> of(Map<Policy, Quotas> limited, Policy policy, String name) {
    return Optional.ofNullable(limited.get(policy)).map(quotas -> quotas.of(name));
  }

  private static void show(Stream<Quota> quotas, HttpServletResponse response) {
    quotas.map(Quota::look).min(Standing.TIGHTER).ifPresent(standing -> standing.show(response));
  }
}
