package dev.annals.http.limit;

import static dev.annals.http.limit.SamplePolicy.FORGOT_PASSWORD;
import static dev.annals.http.limit.SamplePolicy.LOGIN;
import static dev.annals.http.limit.SamplePolicy.REGISTER;
import static dev.annals.http.limit.SamplePolicy.TASKS_PER_DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.ProblemType;
import dev.annals.base.problem.Refusal;
import dev.annals.http.redis.Redis;
import dev.annals.servers.MovingClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class LimitsTest {

  private static final Allowances THREE_AND_FIVE =
      new Allowances(
          new Allowance(3, Duration.ofMinutes(15)), new Allowance(5, Duration.ofMinutes(15)), null);
  private static final UUID ANNA = new UUID(1, 1);
  private static final Allowance OFF = new Allowance(0, Duration.ofHours(1));

  private static final Redis UNREACHABLE =
      new Redis(new LettuceConnectionFactory("127.0.0.1", 1), new SimpleMeterRegistry());

  private final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T05:50:00.123Z"));
  private final MockHttpServletRequest request = new MockHttpServletRequest();
  private final MockHttpServletResponse response = new MockHttpServletResponse();

  /** Allows three failures of an account and five of an address in 15 minutes. */
  private final Limits limits = limits(THREE_AND_FIVE, response);

  /** The same for many threads; a mock response is not thread-safe. */
  private final Limits concurrentLimits = limits(THREE_AND_FIVE, mock());

  @AfterAll
  static void close() {
    UNREACHABLE.destroy();
  }

  @Test
  void countsFailuresDownAndShowsTheTighterLimit() {
    assertThat(fails("anna")).isTrue();
    assertShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
    clock.move(Duration.ofMillis(100_500));
    assertThat(fails("anna")).isTrue();
    assertShown("\"login\";q=3;w=900", "\"login\";r=1;t=800");
    fails("bert");
    // Both limits have two left; the account's resets later.
    assertShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
    fails("carl");
    assertShown("\"login\";q=5;w=900", "\"login\";r=1;t=800");
  }

  @Test
  void refusesEvenSuccessesOnceTheLimitIsReached() {
    fails("anna");
    clock.move(Duration.ofSeconds(30));
    fails("anna");
    fails("anna");
    assertShown("\"login\";q=3;w=900", "\"login\";r=0;t=870");
    assertThat(response.getHeader("Retry-After")).isNull();

    assertRefused(() -> succeeds("anna"), "login");
    assertShown("\"login\";q=3;w=900", "\"login\";r=0;t=870");
    assertThat(response.getHeader("Retry-After")).isEqualTo("870");
    // The refusal cost the address nothing.
    succeeds("bert");
    assertShown("\"login\";q=5;w=900", "\"login\";r=2;t=870");
  }

  @Test
  void refusesAnExhaustedAddressForEachAccount() {
    for (String account : List.of("a", "b", "c", "d", "e")) {
      fails(account);
    }
    assertRefused(() -> succeeds("f"), "login");
    assertRefused(() -> limits.admit(LOGIN, request, response), "login");
    request.setRemoteAddr("10.0.0.9");
    limits.admit(LOGIN, request, response);
    succeeds("f");
    assertShown("\"login\";q=3;w=900", "\"login\";r=3;t=900");
  }

  @Test
  void spendsNothingOnSuccess() {
    for (int i = 0; i < 20; i++) {
      succeeds("anna");
      limits.admit(LOGIN, request, response);
    }
    assertShown("\"login\";q=5;w=900", "\"login\";r=5;t=900");
    fails("anna");
    succeeds("anna");
    // A success does not restore a failure.
    assertShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
  }

  @Test
  void spendsNothingIfAnAttemptThrows() {
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () ->
                  limits.attempt(
                      LOGIN,
                      "anna",
                      () -> {
                        throw new IllegalStateException("The database is down");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertShown("\"login\";q=3;w=900", "\"login\";r=3;t=900");
  }

  @Test
  void grantsTheFullLimitAgainAfterTheWindow() {
    fails("anna");
    clock.move(Duration.ofMinutes(14));
    fails("anna");
    fails("anna");
    assertRefused(() -> succeeds("anna"), "login");
    clock.move(Duration.ofSeconds(59));
    assertRefused(() -> succeeds("anna"), "login");
    clock.move(Duration.ofSeconds(1));
    assertThat(fails("anna")).isTrue();
    assertShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
  }

  @Test
  void beginsAWindowWithTheFirstFailure() {
    succeeds("anna");
    clock.move(Duration.ofMinutes(14));
    succeeds("anna");
    fails("anna");
    assertShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
    clock.move(Duration.ofMinutes(2));
    fails("anna");
    fails("anna");
    assertRefused(() -> succeeds("anna"), "login");
    assertThat(response.getHeader("Retry-After")).isEqualTo("780");
  }

  @Test
  void limitsConcurrentAttemptsToTheAllowedFailures() throws Exception {
    AtomicInteger made = new AtomicInteger();
    List<Optional<ProblemType>> outcomes =
        atOnce(
            50,
            () -> {
              concurrentLimits.attempt(
                  LOGIN,
                  "anna",
                  () -> {
                    made.incrementAndGet();
                    pause();
                    return Optional.empty();
                  });
            });
    assertThat(made).hasValue(3);
    assertThat(outcomes).filteredOn(Optional::isEmpty).hasSize(3);
    assertThat(outcomes).filteredOn(Optional.of(Problem.QUOTA_EXCEEDED)::equals).hasSize(47);
  }

  @Test
  void limitsAttemptsUnderWayToTheRemainingFailures() {
    fails("anna");
    Optional<Boolean> outcome =
        limits.attempt(
            LOGIN,
            "anna",
            () ->
                limits.attempt(
                    LOGIN,
                    "anna",
                    () -> {
                      assertRefused(() -> succeeds("anna"), "login");
                      assertShown("\"login\";q=3;w=900", "\"login\";r=0;t=900");
                      assertThat(response.getHeader("Retry-After")).isEqualTo("1");
                      // Other accounts are not affected.
                      succeeds("bert");
                      return Optional.of(true);
                    }));

    assertThat(outcome).contains(true);
    succeeds("anna");
    assertShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
  }

  @Test
  void spendsEachRequestIfThePolicyCountsThemAll() {
    for (int left = 1; left >= 0; left--) {
      limits.show(FORGOT_PASSWORD, request, response);
      limits.admit(FORGOT_PASSWORD, request, response);
      limits.spend(FORGOT_PASSWORD, "anna");
      assertShown("\"forgot-password\";q=2;w=3600", "\"forgot-password\";r=" + left + ";t=3600");
    }
    limits.admit(FORGOT_PASSWORD, request, response);
    assertRefused(() -> limits.spend(FORGOT_PASSWORD, "anna"), "forgot-password");
    limits.spend(FORGOT_PASSWORD, "bert");
    assertShown("\"forgot-password\";q=4;w=3600", "\"forgot-password\";r=1;t=3600");
    limits.admit(FORGOT_PASSWORD, request, response);
    assertRefused(() -> limits.admit(FORGOT_PASSWORD, request, response), "forgot-password");
    assertThat(response.getHeader("Retry-After")).isEqualTo("3600");
  }

  @Test
  void limitsNothingIfTheCapacityIsZero() {
    Limits byAccount =
        limits(new Allowances(new Allowance(3, Duration.ofMinutes(15)), OFF, null), response);
    byAccount.attempt(LOGIN, "anna", Optional::empty);
    assertShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");

    response.reset();
    Limits none = limits(new Allowances(OFF, OFF, OFF), response);
    for (int i = 0; i < 100; i++) {
      none.admit(LOGIN, request, response);
      none.attempt(LOGIN, "anna", Optional::empty);
    }
    none.show(LOGIN, request, response);
    assertThat(response.getHeaderNames()).isEmpty();
  }

  @Test
  void countsTasksByUtcDay() {
    assertThat(limits.spendOnSuccess(TASKS_PER_DAY, ANNA, 1, () -> "done")).isEqualTo("done");
    assertShown("\"tasks-per-day\";q=50;w=86400", "\"tasks-per-day\";r=49;t=65400");
    limits.spendOnSuccess(TASKS_PER_DAY, ANNA, 48, () -> "done");
    assertRefused(
        () -> limits.spendOnSuccess(TASKS_PER_DAY, ANNA, 2, () -> "never"), "tasks-per-day");
    assertThat(response.getHeader("Retry-After")).isEqualTo("65400");
    limits.spendOnSuccess(TASKS_PER_DAY, ANNA, 1, () -> "done");
    assertShown("\"tasks-per-day\";q=50;w=86400", "\"tasks-per-day\";r=0;t=65400");
    clock.move(Duration.ofMinutes(1_090));
    limits.spendOnSuccess(TASKS_PER_DAY, ANNA, 50, () -> "done");
    assertShown("\"tasks-per-day\";q=50;w=86400", "\"tasks-per-day\";r=0;t=86400");
  }

  @Test
  void restoresTheQuotaIfWorkFails() {
    assertThatThrownBy(
            () ->
                limits.spendOnSuccess(
                    TASKS_PER_DAY,
                    ANNA,
                    50,
                    () -> {
                      throw new IllegalStateException("The database is down");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertShown("\"tasks-per-day\";q=50;w=86400", "\"tasks-per-day\";r=50;t=65400");
  }

  @Test
  void refusesAtOnceWhatRequestsUnderWayHaveReserved() {
    assertThatThrownBy(
            () ->
                limits.spendOnSuccess(
                    TASKS_PER_DAY,
                    ANNA,
                    50,
                    () -> {
                      assertRefused(
                          () -> limits.spendOnSuccess(TASKS_PER_DAY, ANNA, 1, () -> "never"),
                          "tasks-per-day");
                      assertShown(
                          "\"tasks-per-day\";q=50;w=86400", "\"tasks-per-day\";r=0;t=65400");
                      assertThat(response.getHeader("Retry-After")).isEqualTo("1");
                      throw new IllegalStateException("The database is down");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(limits.spendOnSuccess(TASKS_PER_DAY, ANNA, 50, () -> "done")).isEqualTo("done");
  }

  @Test
  void enforcesALimitByUserForEachPolicy() {
    Limits byUser =
        limits(new Allowances(null, null, new Allowance(1, Duration.ofMinutes(15))), response);
    byUser.attempt(LOGIN, "anna", Optional::empty);
    assertShown("\"login\";q=1;w=900", "\"login\";r=0;t=900");
    assertRefused(() -> byUser.attempt(LOGIN, "anna", Optional::empty), "login");
    byUser.attempt(LOGIN, "bert", Optional::empty);
  }

  @Test
  void trustsForwardedAddressesFromConfiguredProxiesOnly() {
    request.setRemoteAddr("192.0.2.1");
    request.addHeader("X-Forwarded-For", "198.51.100.7");
    limits.admit(REGISTER, request, response);
    request.removeHeader("X-Forwarded-For");
    limits.admit(REGISTER, request, response);
    assertRefused(() -> limits.admit(REGISTER, request, response), "register");

    request.setRemoteAddr("10.0.0.1");
    // Only the last address that is no proxy is trusted; a client can forge those before it.
    request.addHeader("X-Forwarded-For", "203.0.113.9, 192.0.2.1, 10.0.0.2");
    assertRefused(() -> limits.admit(REGISTER, request, response), "register");
    request.removeHeader("X-Forwarded-For");
    request.addHeader("X-Forwarded-For", "192.0.2.1, 203.0.113.9");
    limits.admit(REGISTER, request, response);
    assertShown("\"register\";q=2;w=3600", "\"register\";r=1;t=3600");
  }

  private Limits limits(Allowances login, HttpServletResponse to) {
    return new Limits(
        SamplePolicy.limits(login),
        new SharedBuckets(UNREACHABLE, clock),
        new ClientAddresses(new ClientAddresses.Properties(List.of("10.0.0.0/8", "::1"))),
        clock,
        request,
        to);
  }

  private boolean fails(String account) {
    return limits.attempt(LOGIN, account, Optional::empty).isEmpty();
  }

  private void succeeds(String account) {
    assertThat(limits.attempt(LOGIN, account, () -> Optional.of("welcome"))).contains("welcome");
  }

  private void assertShown(String policy, String status) {
    assertThat(response.getHeader("RateLimit-Policy")).isEqualTo(policy);
    assertThat(response.getHeader("RateLimit")).isEqualTo(status);
  }

  private static void assertRefused(Runnable attempt, String policy) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.problem()).isEqualTo(Problem.QUOTA_EXCEEDED);
              assertThat(refusal.extensions())
                  .isEqualTo(Map.of("violated-policies", List.of(policy)));
            });
  }

  private static List<Optional<ProblemType>> atOnce(int times, Runnable attempt) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(times);
    try {
      List<Future<Optional<ProblemType>>> attempts = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        attempts.add(
            threads.submit(
                () -> {
                  try {
                    attempt.run();
                    return Optional.empty();
                  } catch (Refusal refusal) {
                    return Optional.of(refusal.problem());
                  }
                }));
      }
      List<Optional<ProblemType>> outcomes = new ArrayList<>();
      for (Future<Optional<ProblemType>> each : attempts) {
        outcomes.add(each.get());
      }
      return outcomes;
    } finally {
      threads.shutdownNow();
    }
  }

  // Takes time, as hashing a password does.
  private static void pause() {
    long end = System.nanoTime() + Duration.ofMillis(5).toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
