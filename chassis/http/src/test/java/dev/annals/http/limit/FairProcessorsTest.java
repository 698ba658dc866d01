package dev.annals.http.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.ProblemType;
import dev.annals.base.problem.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the order of waiting work and its refusals. A test thread is named after its address. */
class FairProcessorsTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String BUSY = "All processors are busy.";

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
  void runsAnotherAccountBeforeRepeatedWorkOfOne() throws Exception {
    FairProcessors processors = processors(1, LONG);
    start(processors, "office", "anna");
    start(processors, "office", "anna");
    start(processors, "office", "anna");
    start(processors, "office", "bert");
    endAll();
    assertThat(ran).containsExactly("anna", "bert", "anna", "anna");
  }

  @Test
  void runsAnotherAddressBeforeFurtherAccountsOfOne() throws Exception {
    FairProcessors processors = processors(1, LONG);
    start(processors, "office", "anna");
    start(processors, "office", "bert");
    start(processors, "office", "carl");
    start(processors, "home", "dora");
    endAll();
    assertThat(ran).containsExactly("anna", "dora", "bert", "carl");
  }

  @Test
  void runsTheSameAccountFromAnotherAddressAtOnce() {
    FairProcessors processors = processors(2, LONG);
    start(processors, "office", "bert");
    start(processors, "office", "anna");
    start(processors, "home", "anna");
    assertThat(ran).containsExactly("bert", "anna");
  }

  @Test
  void leavesAPermitForOtherAddresses() {
    FairProcessors processors = processors(3, LONG);
    for (String account : List.of("anna", "bert", "carl", "dora")) {
      start(processors, "office", account);
    }
    start(processors, "home", "emil");
    assertThat(ran).containsExactly("anna", "bert", "emil");
  }

  @Test
  void runsOnlyAsMuchAsThereArePermits() {
    FairProcessors processors = processors(3, LONG);
    for (int i = 0; i < 10; i++) {
      start(processors, "address " + i, "account " + i);
    }
    assertThat(ran).containsExactly("account 0", "account 1", "account 2");
  }

  @Test
  void refusesWorkAfterTheTimeoutAndReleasesItsPermits() throws Exception {
    FairProcessors processors = processors(1, Duration.ofMillis(50));
    start(processors, "office", "anna");
    for (String account : List.of("anna", "bert")) {
      assertThatThrownBy(() -> processors.run(account, BUSY, () -> "never"))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> {
                assertThat(refusal.problem()).isEqualTo(Problem.UNAVAILABLE);
                assertThat(refusal).hasMessage(BUSY);
              });
    }
    endAll();
    assertThat(processors.run("anna", BUSY, () -> "done")).isEqualTo("done");
    assertThat(processors.run("", BUSY, () -> "done")).isEqualTo("done");
  }

  @Test
  void refusesThe65thOfAnAddressAndThe129thInAllAtOnce() {
    FairProcessors processors = processors(1, LONG);
    for (int i = 0; i < 64; i++) {
      start(processors, "office", "account " + i);
    }
    assertThat(refusal(processors, "office")).isEqualTo(Problem.TOO_MANY_REQUESTS);
    for (int i = 64; i < 128; i++) {
      start(processors, "home", "account " + i);
    }
    assertThat(refusal(processors, "elsewhere")).isEqualTo(Problem.UNAVAILABLE);
  }

  @Test
  void releasesPermitsWhenWorkFails() {
    FairProcessors processors = processors(1, LONG);
    AtomicInteger failed = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  processors.run(
                      "anna",
                      BUSY,
                      () -> {
                        failed.incrementAndGet();
                        throw new IllegalStateException("No such algorithm");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(failed).hasValue(3);
  }

  private static FairProcessors processors(int permits, Duration timeout) {
    return new FairProcessors(permits, timeout, () -> Thread.currentThread().getName());
  }

  /** Starts work that lasts until the end; returns once it runs or waits for its turn. */
  private void start(FairProcessors processors, String address, String account) {
    Thread thread =
        new Thread(
            () ->
                processors.run(
                    account,
                    BUSY,
                    () -> {
                      ran.add(account);
                      awaitEnd();
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

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private ProblemType refusal(FairProcessors processors, String address) {
    List<ProblemType> refused = Collections.synchronizedList(new ArrayList<>());
    Thread thread =
        new Thread(
            () -> {
              try {
                processors.run("zoe", BUSY, () -> true);
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
