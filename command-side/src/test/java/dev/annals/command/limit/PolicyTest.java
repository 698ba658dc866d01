package dev.annals.command.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.limit.Allowance;
import dev.annals.http.limit.Allowances;
import dev.annals.http.limit.RateLimitPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class PolicyTest {

  @ParameterizedTest
  @CsvSource({
    "/auth/login, login, true, false, true, false",
    "/auth/change-password, login, true, true, true, false",
    "/users/me/erase, login, true, true, false, false",
    "/auth/forgot-password, forgot-password, false, false, true, false",
    "/auth/register, register, false, false, true, false",
    "/auth/refresh, refresh, false, false, true, false",
    "/auth/verify-email/resend, verify-email, false, true, true, false",
    "/tasks, tasks-per-day, false, true, true, true",
    "/tasks/bulk, tasks-per-day, false, true, true, true",
  })
  void limitsEachEndpointInOneWay(
      String path,
      String name,
      boolean countsOnlyFailures,
      boolean isAboutCaller,
      boolean refusesBeforeReading,
      boolean isAlignedToClock) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", path);
    request.setServletPath(path);

    List<Policy> policies =
        Arrays.stream(Policy.values()).filter(policy -> policy.limits(request)).toList();

    assertThat(policies).extracting(Policy::toString).containsExactly(name);
    Policy policy = policies.get(0);
    assertThat(policy.countsOnlyFailures()).isEqualTo(countsOnlyFailures);
    assertThat(policy.isAboutCaller(request)).isEqualTo(isAboutCaller);
    assertThat(policy.refusesBeforeReading(request)).isEqualTo(refusesBeforeReading);
    assertThat(policy.isAlignedToClock()).isEqualTo(isAlignedToClock);
  }

  @Test
  void hasTheAllowancesOfItsProperty() {
    List<Allowances> of =
        IntStream.range(0, 6)
            .mapToObj(i -> new Allowances(new Allowance(i, Duration.ofHours(1)), null, null))
            .toList();
    Map<RateLimitPolicy, Allowances> table =
        new LimitProperties(of.get(0), of.get(1), of.get(2), of.get(3), of.get(4), of.get(5))
            .table()
            .allowances();

    assertThat(table)
        .isEqualTo(
            Map.of(
                Policy.LOGIN, of.get(0),
                Policy.FORGOT_PASSWORD, of.get(1),
                Policy.REGISTER, of.get(2),
                Policy.REFRESH, of.get(3),
                Policy.VERIFY_EMAIL, of.get(4),
                Policy.TASKS_PER_DAY, of.get(5)));
  }
}
