package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.security.Caller;
import dev.annals.http.web.Permits.Permit;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

class MemoryBudgetTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);

  private final MemoryBudget budget = new MemoryBudget(10_240, 4_096, Duration.ZERO);

  @Test
  void isFreeAgainOncePermitsAreClosed() {
    Permit permit = budget.take(4_097);
    assertThat(budget.free()).isEqualTo(5 * 1_024);

    permit.close();
    permit.close();

    assertThat(budget.free()).isEqualTo(10_240);
  }

  @Test
  void refusesAUserMoreThanTheirShareAndLeavesTheRestToOthers() {
    as(ANN, () -> budget.take(4_096));

    as(
        ANN,
        () ->
            assertThatThrownBy(() -> budget.take(1))
                .isInstanceOfSatisfying(
                    Refusal.class,
                    refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_REQUESTS)));
    as(BEN, () -> budget.take(4_096));
    assertThat(budget.free()).isEqualTo(2_048);
  }

  @Test
  void answers503WithRetryAfterWhenAllUsersTogetherTakeAllOfIt() {
    as(ANN, () -> budget.take(4_096));
    as(BEN, () -> budget.take(4_096));

    assertThatThrownBy(() -> budget.take(4_096))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Problem.UNAVAILABLE));
    assertThat(Problem.UNAVAILABLE.retryAfter()).hasValue(5);
  }

  @Test
  void givesClientsWithoutATokenHalfOfItForWhatIsLarger() {
    Permit permit = budget.take(1L << 40);
    assertThat(budget.free()).isEqualTo(5 * 1_024);

    permit.close();

    assertThat(budget.free()).isEqualTo(10_240);
  }

  @Test
  void letsARequestWaitForAnotherOfItsUser() {
    MemoryBudget patient = new MemoryBudget(10_240, 4_096, Duration.ofSeconds(10));
    Permit permit = patient.take(10_240);

    CompletableFuture<Permit> next = CompletableFuture.supplyAsync(() -> patient.take(10_240));
    permit.close();

    next.join().close();
    assertThat(patient.free()).isEqualTo(10_240);
  }

  private static void as(UUID user, Runnable work) {
    SecurityContextHolder.getContext()
        .setAuthentication(
            new TestingAuthenticationToken(new Caller(user, user, Set.of()), "", List.of()));
    try {
      work.run();
    } finally {
      SecurityContextHolder.clearContext();
    }
  }
}
