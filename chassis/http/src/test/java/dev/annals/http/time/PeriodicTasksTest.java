package dev.annals.http.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeriodicTasksTest {

  private static final Duration PAUSE = Duration.ofMillis(1);

  private final PeriodicTasks tasks = new PeriodicTasks();
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void stop() {
    tasks.destroy();
  }

  @Test
  void runsATaskAgainAfterAFailure() {
    tasks.runEvery(
        PAUSE,
        () -> {
          runs.incrementAndGet();
          throw new IllegalStateException("The store is away");
        });

    await().until(() -> runs.get() >= 3);
  }

  @Test
  void runsATaskWhileSevenOthersHang() {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 7; i++) {
      tasks.runEvery(PAUSE, () -> hang(never));
    }
    tasks.runEvery(PAUSE, runs::incrementAndGet);

    await().until(() -> runs.get() >= 3);
  }

  @Test
  void interruptsATaskAndDropsItsNextRunWhenTheProgramStops() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    tasks.runEvery(
        PAUSE,
        () -> {
          runs.incrementAndGet();
          hang(never);
          interrupted.incrementAndGet();
          tasks.runEvery(PAUSE, runs::incrementAndGet);
        });
    await().until(() -> runs.get() == 1);

    tasks.destroy();

    await().until(() -> interrupted.get() == 1);
    assertThat(runs).hasValue(1);
  }

  @Test
  void interruptsAStoppedTaskAndRunsTheOthers() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    Runnable stop =
        tasks.runEvery(
            Duration.ZERO,
            PAUSE,
            () -> {
              runs.incrementAndGet();
              hang(never);
              interrupted.incrementAndGet();
            });
    await().until(() -> runs.get() == 1);

    stop.run();

    await().until(() -> interrupted.get() == 1);
    AtomicInteger others = new AtomicInteger();
    tasks.runEvery(PAUSE, others::incrementAndGet);
    await().until(() -> others.get() >= 3);
    assertThat(runs).hasValue(1);
  }

  @Test
  void retriesATaskUntilItSucceeds() {
    AtomicInteger others = new AtomicInteger();
    tasks.retry(
        PAUSE,
        () -> {
          if (runs.incrementAndGet() < 3) {
            throw new IllegalStateException("The store is away");
          }
        });
    await().until(() -> runs.get() == 3);

    tasks.runEvery(PAUSE, others::incrementAndGet);
    await().until(() -> others.get() >= 3);
    assertThat(runs).hasValue(3);
  }

  @Test
  void runsATaskOnlyWhileItIsNeeded() {
    AtomicInteger needed = new AtomicInteger();
    Runnable start = tasks.runWhile(() -> needed.get() > runs.get(), PAUSE, runs::incrementAndGet);

    needed.set(3);
    start.run();
    start.run();
    await().until(() -> runs.get() == 3);
    needed.set(5);
    start.run();
    await().until(() -> runs.get() == 5);

    AtomicInteger others = new AtomicInteger();
    tasks.runEvery(PAUSE, others::incrementAndGet);
    await().until(() -> others.get() >= 3);
    assertThat(runs).hasValue(5);
  }

  private static void hang(CountDownLatch never) {
    try {
      never.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
