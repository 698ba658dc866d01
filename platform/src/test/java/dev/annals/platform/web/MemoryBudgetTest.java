package dev.annals.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.Permits.Permit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  private final MemoryBudget room = new MemoryBudget(10_240, Duration.ZERO);

  @Test
  void whatIsTakenIsFreeAgainOnceItIsGivenBack() {
    Permit permit = room.take(4_097);
    assertThat(room.free()).isEqualTo(5 * 1_024);

    permit.close();
    permit.close();

    assertThat(room.free()).isEqualTo(10_240);
  }

  @Test
  void whatDoesNotFitIsToComeAgain() {
    room.take(10_000);

    assertThatThrownBy(() -> room.take(1))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Problem.UNAVAILABLE));
    assertThat(Problem.UNAVAILABLE.retryAfter()).hasValue(5);
  }

  @Test
  void whatIsLargerThanAllOfItIsAloneThere() {
    Permit permit = room.take(1L << 40);
    assertThat(room.free()).isZero();

    permit.close();

    assertThat(room.free()).isEqualTo(10_240);
  }

  @Test
  void whoComesWhileOthersFinishWaitsForThem() {
    MemoryBudget patient = new MemoryBudget(10_240, Duration.ofSeconds(10));
    Permit permit = patient.take(10_240);

    CompletableFuture<Permit> next = CompletableFuture.supplyAsync(() -> patient.take(10_240));
    permit.close();

    next.join().close();
    assertThat(patient.free()).isEqualTo(10_240);
  }
}
