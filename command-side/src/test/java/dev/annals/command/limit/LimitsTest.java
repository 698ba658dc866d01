package dev.annals.command.limit;

import static dev.annals.command.limit.Policy.FORGOT_PASSWORD;
import static dev.annals.command.limit.Policy.LOGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.annals.command.limit.LimitProperties.Allowance;
import dev.annals.command.limit.LimitProperties.Allowances;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class LimitsTest {

  private static final Allowances THREE_AND_FIVE =
      new Allowances(
          new Allowance(3, Duration.ofMinutes(15)), new Allowance(5, Duration.ofMinutes(15)));
  private static final Allowance OFF = new Allowance(0, Duration.ofHours(1));

  private final MovingClock clock = new MovingClock();
  private final MockHttpServletRequest request = new MockHttpServletRequest();
  private final MockHttpServletResponse response = new MockHttpServletResponse();

  /** Three failures of an account and five of an address in a quarter of an hour. */
  private final Limits limits = limits(THREE_AND_FIVE, response);

  /** The same for many threads at once, which the response of a test is not made for. */
  private final Limits limitsOfMany = limits(THREE_AND_FIVE, mock());

  @Test
  void countsFailuresDownAndShowsTheTighterLimit() {
    assertThat(fails("anna")).isTrue();
    isShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
    clock.move(Duration.ofMillis(100_500));
    assertThat(fails("anna")).isTrue();
    isShown("\"login\";q=3;w=900", "\"login\";r=1;t=800");
    fails("bert");
    // Two are left by each limit; the account's takes longer to be whole again.
    isShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
    fails("carl");
    isShown("\"login\";q=5;w=900", "\"login\";r=1;t=800");
  }

  @Test
  void refusesEvenWhatWouldSucceedOnceNothingIsLeft() {
    fails("anna");
    clock.move(Duration.ofSeconds(30));
    fails("anna");
    fails("anna");
    isShown("\"login\";q=3;w=900", "\"login\";r=0;t=870");
    assertThat(response.getHeader("Retry-After")).isNull();

    isRefused(() -> succeeds("anna"), "login");
    isShown("\"login\";q=3;w=900", "\"login\";r=0;t=870");
    assertThat(response.getHeader("Retry-After")).isEqualTo("870");
    // It was not the address's fault.
    succeeds("bert");
    isShown("\"login\";q=5;w=900", "\"login\";r=2;t=870");
  }

  @Test
  void refusesAnAddressWhateverTheAccount() {
    for (String account : List.of("a", "b", "c", "d", "e")) {
      fails(account);
    }
    isRefused(() -> succeeds("f"), "login");
    isRefused(() -> limits.admit(LOGIN, request, response), "login");
    request.setRemoteAddr("10.0.0.9");
    limits.admit(LOGIN, request, response);
    succeeds("f");
    isShown("\"login\";q=3;w=900", "\"login\";r=3;t=900");
  }

  @Test
  void spendsNothingForWhatSucceeds() {
    for (int i = 0; i < 20; i++) {
      succeeds("anna");
      limits.admit(LOGIN, request, response);
    }
    isShown("\"login\";q=5;w=900", "\"login\";r=5;t=900");
    fails("anna");
    succeeds("anna");
    // Nor does it make up for what failed.
    isShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
  }

  @Test
  void spendsNothingWhenNobodyCanSayWhetherItSucceeds() {
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () ->
                  limits.attempt(
                      LOGIN,
                      "anna",
                      () -> {
                        throw new IllegalStateException("The database is away");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    isShown("\"login\";q=3;w=900", "\"login\";r=3;t=900");
  }

  @Test
  void grantsAllOfItAgainWhenTheWindowIsOver() {
    fails("anna");
    clock.move(Duration.ofMinutes(14));
    fails("anna");
    fails("anna");
    isRefused(() -> succeeds("anna"), "login");
    clock.move(Duration.ofSeconds(59));
    isRefused(() -> succeeds("anna"), "login");
    clock.move(Duration.ofSeconds(1));
    assertThat(fails("anna")).isTrue();
    isShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
  }

  @Test
  void beginsAWindowWithTheFirstFailure() {
    succeeds("anna");
    clock.move(Duration.ofMinutes(14));
    succeeds("anna");
    fails("anna");
    isShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");
    clock.move(Duration.ofMinutes(2));
    fails("anna");
    fails("anna");
    isRefused(() -> succeeds("anna"), "login");
    assertThat(response.getHeader("Retry-After")).isEqualTo("780");
  }

  @Test
  void makesNoMoreAttemptsThanAllowedHoweverManyComeAtOnce() throws Exception {
    AtomicInteger made = new AtomicInteger();
    List<Optional<Problem>> outcomes =
        atOnce(
            50,
            () -> {
              limitsOfMany.attempt(
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
  void refusesNoneOfManyWhoSucceedAtOnce() throws Exception {
    List<Optional<Problem>> outcomes =
        atOnce(
            50,
            () ->
                limitsOfMany.attempt(
                    LOGIN,
                    "anna",
                    () -> {
                      pause();
                      return Optional.of("welcome");
                    }));
    assertThat(outcomes).hasSize(50).containsOnly(Optional.empty());
  }

  @Test
  void spendsEachRequestWhereFailuresAreNotAllThatCounts() {
    for (int left = 1; left >= 0; left--) {
      limits.show(FORGOT_PASSWORD, request, response);
      limits.admit(FORGOT_PASSWORD, request, response);
      limits.spend(FORGOT_PASSWORD, "anna");
      isShown("\"forgot-password\";q=2;w=3600", "\"forgot-password\";r=" + left + ";t=3600");
    }
    limits.admit(FORGOT_PASSWORD, request, response);
    isRefused(() -> limits.spend(FORGOT_PASSWORD, "anna"), "forgot-password");
    limits.spend(FORGOT_PASSWORD, "bert");
    isShown("\"forgot-password\";q=4;w=3600", "\"forgot-password\";r=1;t=3600");
    limits.admit(FORGOT_PASSWORD, request, response);
    isRefused(() -> limits.admit(FORGOT_PASSWORD, request, response), "forgot-password");
    assertThat(response.getHeader("Retry-After")).isEqualTo("3600");
  }

  @Test
  void limitsNothingThatIsSwitchedOff() {
    Limits byAccount =
        limits(new Allowances(new Allowance(3, Duration.ofMinutes(15)), OFF), response);
    byAccount.attempt(LOGIN, "anna", Optional::empty);
    isShown("\"login\";q=3;w=900", "\"login\";r=2;t=900");

    response.reset();
    Limits none = limits(new Allowances(OFF, OFF), response);
    for (int i = 0; i < 100; i++) {
      none.admit(LOGIN, request, response);
      none.attempt(LOGIN, "anna", Optional::empty);
    }
    none.show(LOGIN, request, response);
    assertThat(response.getHeaderNames()).isEmpty();
  }

  private Limits limits(Allowances login, HttpServletResponse to) {
    Allowances forgotPassword =
        new Allowances(
            new Allowance(2, Duration.ofHours(1)), new Allowance(4, Duration.ofHours(1)));
    return new Limits(new LimitProperties(login, forgotPassword), clock, request, to);
  }

  private boolean fails(String account) {
    return limits.attempt(LOGIN, account, Optional::empty).isEmpty();
  }

  private void succeeds(String account) {
    assertThat(limits.attempt(LOGIN, account, () -> Optional.of("welcome"))).contains("welcome");
  }

  private void isShown(String policy, String standing) {
    assertThat(response.getHeader("RateLimit-Policy")).isEqualTo(policy);
    assertThat(response.getHeader("RateLimit")).isEqualTo(standing);
  }

  private static void isRefused(Runnable attempt, String policy) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.problem()).isEqualTo(Problem.QUOTA_EXCEEDED);
              assertThat(refusal.extensions())
                  .isEqualTo(Map.of("violated-policies", List.of(policy)));
            });
  }

  private static List<Optional<Problem>> atOnce(int times, Runnable attempt) throws Exception {
    ExecutorService people = Executors.newFixedThreadPool(times);
    try {
      List<Future<Optional<Problem>>> attempts = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        attempts.add(
            people.submit(
                () -> {
                  try {
                    attempt.run();
                    return Optional.empty();
                  } catch (Refusal refusal) {
                    return Optional.of(refusal.problem());
                  }
                }));
      }
      List<Optional<Problem>> outcomes = new ArrayList<>();
      for (Future<Optional<Problem>> each : attempts) {
        outcomes.add(each.get());
      }
      return outcomes;
    } finally {
      people.shutdownNow();
    }
  }

  // As a password's hash takes its time.
  private static void pause() {
    long end = System.nanoTime() + Duration.ofMillis(5).toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static final class MovingClock extends Clock {

    private Instant now = Instant.parse("2026-11-22T05:50:00.123Z");

    private void move(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
