package dev.annals.command.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who runs next, and who is refused. A thread of the tests is named after its address. */
class FairProcessorsTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void endAll() throws InterruptedException {
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void anAccountThatComesAgainAndAgainLetsAnotherOneGoFirst() throws Exception {
    FairProcessors turns = turns(1, LONG);
    waits(turns, "office", "anna");
    waits(turns, "office", "anna");
    waits(turns, "office", "anna");
    waits(turns, "office", "bert");
    endAll();
    assertThat(ran).containsExactly("anna", "bert", "anna", "anna");
  }

  @Test
  void anAddressWithManyAccountsLetsAnotherOneGoFirst() throws Exception {
    FairProcessors turns = turns(1, LONG);
    waits(turns, "office", "anna");
    waits(turns, "office", "bert");
    waits(turns, "office", "carl");
    waits(turns, "home", "dora");
    endAll();
    assertThat(ran).containsExactly("anna", "dora", "bert", "carl");
  }

  @Test
  void nobodyHoldsUpAnAccountFromAnotherAddress() {
    FairProcessors turns = turns(2, LONG);
    waits(turns, "office", "bert");
    waits(turns, "office", "anna");
    waits(turns, "home", "anna");
    assertThat(ran).containsExactly("bert", "anna");
  }

  @Test
  void anAddressLeavesOthersAPermit() {
    FairProcessors turns = turns(3, LONG);
    for (String account : List.of("anna", "bert", "carl", "dora")) {
      waits(turns, "office", account);
    }
    waits(turns, "home", "emil");
    assertThat(ran).containsExactly("anna", "bert", "emil");
  }

  @Test
  void noMoreRunAtATimeThanThereArePermits() {
    FairProcessors turns = turns(3, LONG);
    for (int i = 0; i < 10; i++) {
      waits(turns, "address " + i, "account " + i);
    }
    assertThat(ran).containsExactly("account 0", "account 1", "account 2");
  }

  @Test
  void whoseTurnDoesNotComeInTimeIsRefusedAndLeavesNothingBehind() throws Exception {
    FairProcessors turns = turns(1, Duration.ofMillis(50));
    waits(turns, "office", "anna");
    for (String account : List.of("anna", "bert")) {
      assertThatThrownBy(() -> turns.run(account, () -> "never"))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.problem()).isEqualTo(Problem.UNAVAILABLE));
    }
    endAll();
    assertThat(turns.run("anna", () -> "done")).isEqualTo("done");
    assertThat(turns.run(() -> "done")).isEqualTo("done");
  }

  @Test
  void theSixtyFifthOfAnAddressIsRefusedAtOnceAndTheHundredAndTwentyNinthOfAll() {
    FairProcessors turns = turns(1, LONG);
    for (int i = 0; i < 64; i++) {
      waits(turns, "office", "account " + i);
    }
    assertThat(refusal(turns, "office")).isEqualTo(Problem.TOO_MANY_REQUESTS);
    for (int i = 64; i < 128; i++) {
      waits(turns, "home", "account " + i);
    }
    assertThat(refusal(turns, "elsewhere")).isEqualTo(Problem.UNAVAILABLE);
  }

  @Test
  void worksOfWhichOneFailsGoOn() {
    FairProcessors turns = turns(1, LONG);
    AtomicInteger failed = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  turns.run(
                      "anna",
                      () -> {
                        failed.incrementAndGet();
                        throw new IllegalStateException("No such algorithm");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(failed).hasValue(3);
  }

  private static FairProcessors turns(int permits, Duration patience) {
    return new FairProcessors(permits, patience, () -> Thread.currentThread().getName());
  }

  /** Begins work that lasts until the end; returns once it runs, or waits for its turn. */
  private void waits(FairProcessors turns, String address, String account) {
    Thread thread =
        new Thread(
            () ->
                turns.run(
                    account,
                    () -> {
                      ran.add(account);
                      untilTheEnd();
                      return true;
                    }),
            address);
    threads.add(thread);
    thread.start();
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () ->
                thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
  }

  private void untilTheEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Problem refusal(FairProcessors turns, String address) {
    List<Problem> refused = Collections.synchronizedList(new ArrayList<>());
    Thread thread =
        new Thread(
            () -> {
              try {
                turns.run("zoe", () -> true);
              } catch (Refusal refusal) {
                refused.add(refusal.problem());
              }
            },
            address);
    thread.start();
    await().until(() -> !thread.isAlive());
    assertThat(refused).hasSize(1);
    return refused.get(0);
  }
}
