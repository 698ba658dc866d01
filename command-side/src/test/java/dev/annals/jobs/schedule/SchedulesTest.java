package dev.annals.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.command.Database;
import dev.annals.jobs.schedule.Schedule.Trigger;
import dev.annals.jobs.schedule.Schedules.Outcome;
import dev.annals.jobs.schedule.Schedules.ScheduleView;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** Tests two command sides on one database with schedules of the tests. */
class SchedulesTest {

  private static final Database database = Database.create();
  private static final String[] SETTINGS = {
    "--annals.schedules.once-a-year=0 0 0 1 1 *",
    "--annals.schedules.each-second=* * * * * *",
    "--annals.schedules.each-year=0 0 0 1 1 *",
    "--annals.schedules.broken=0 0 0 1 1 *",
    "--annals.schedules.put-off=0 0 0 1 1 *"
  };
  private static ConfigurableApplicationContext first;
  private static ConfigurableApplicationContext second;

  @BeforeAll
  static void start() {
    first = node();
    second = node();
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
  }

  @Test
  void doesNotRunBeforeItsTime() {
    ScheduleView status = status("put-off");

    assertThat(status.nextRun()).isAfter(Instant.now());
    assertThat(status.lastRun()).isNull();
    assertThat(status.lastOutcome()).isNull();
  }

  @Test
  void runsAgainAfterTheCurrentRunIfTriggeredDuringIt() {
    OnceAYear.runs.clear();
    Schedules schedules = second.getBean(Schedules.class);
    OnceAYear.end = new CountDownLatch(1);
    schedules.runNow("once-a-year");
    eventually().until(() -> OnceAYear.runs.size() == 1);

    schedules.runNow("once-a-year");
    schedules.runNow("once-a-year");
    eventually().until(() -> triggers() == 2);
    assertThat(status("once-a-year").nextRun()).isBefore(Instant.now());
    OnceAYear.end.countDown();

    eventually().until(() -> OnceAYear.runs.size() >= 2 && triggers() == 0);
    eventually().until(() -> status("once-a-year").nextRun().isAfter(Instant.now()));
    // Almost simultaneous triggers share a run.
    assertThat(OnceAYear.runs).containsOnly(Trigger.MANUAL).hasSizeBetween(2, 3);
    assertThat(OnceAYear.maxConcurrent).hasValue(1);
    assertThat(status("once-a-year").lastOutcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(status("once-a-year").lastRun()).isBefore(Instant.now());
  }

  @Test
  void aManualRunKeepsTheLastOutcomeUntilItEnds() {
    Schedules schedules = second.getBean(Schedules.class);
    schedules.runNow("each-year");
    eventually().until(() -> status("each-year").lastRun() != null);
    Instant before = status("each-year").lastRun();

    schedules.runNow("each-year");

    eventually()
        .until(
            () -> {
              ScheduleView status = status("each-year");
              assertThat(status.lastOutcome()).isEqualTo(Outcome.SUCCEEDED);
              return status.lastRun().isAfter(before);
            });
  }

  @Test
  void runsOnOneInstanceWhenDue() {
    eventually().until(() -> EachSecond.runs.size() >= 3);

    assertThat(EachSecond.runs).containsOnly(Trigger.SCHEDULED);
    assertThat(EachSecond.maxConcurrent).hasValue(1);
  }

  @Test
  void reportsAndRetriesAFailedRun() {
    Broken.broken.set(true);
    first.getBean(Schedules.class).runNow("broken");

    eventually().until(() -> status("broken").failures() >= 2);
    assertThat(status("broken").lastOutcome()).isEqualTo(Outcome.FAILED);
    assertThat(status("broken").lastRun()).isBefore(Instant.now());
    Health ill = second.getBean(ScheduleHealthIndicator.class).health();
    assertThat(ill.getStatus()).isEqualTo(Status.UP);
    assertThat(ill.getDetails()).containsOnlyKeys("broken");
    assertThat(count("failed")).isGreaterThanOrEqualTo(2);

    Broken.broken.set(false);

    eventually().until(() -> status("broken").lastOutcome() == Outcome.SUCCEEDED);
    assertThat(Broken.succeeded).containsExactly(Trigger.MANUAL);
    assertThat(count("succeeded")).isEqualTo(1);
    assertThat(second.getBean(ScheduleHealthIndicator.class).health().getDetails()).isEmpty();
  }

  @Test
  void aRestartOfTheProgramDelaysNoRun() {
    Instant soon = Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.MILLIS);
    database
        .jdbc()
        .sql("update events.scheduled_tasks set execution_time = ? where task_name = 'put-off'")
        .param(OffsetDateTime.ofInstant(soon, ZoneOffset.UTC))
        .update();

    node().close();

    assertThat(status("put-off").nextRun()).isEqualTo(soon);
  }

  private static ConfigurableApplicationContext node() {
    return database.start(
        SETTINGS, OnceAYear.class, EachSecond.class, Broken.class, EachYear.class, PutOff.class);
  }

  private static ScheduleView status(String name) {
    return first.getBean(Schedules.class).all().stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static long triggers() {
    return database
        .jdbc()
        .sql("select count(*) from events.scheduled_tasks where task_name = 'run-by-hand'")
        .query(Long.class)
        .single();
  }

  private static long count(String outcome) {
    return List.of(first, second).stream()
        .mapToLong(
            node ->
                node.getBean(MeterRegistry.class)
                    .timer("annals.schedules", "name", "broken", "outcome", outcome)
                    .count())
        .sum();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50));
  }

  static class OnceAYear implements Schedule {
    static final List<Trigger> runs = new CopyOnWriteArrayList<>();
    static final AtomicInteger concurrent = new AtomicInteger();
    static final AtomicInteger maxConcurrent = new AtomicInteger();
    static volatile CountDownLatch end = new CountDownLatch(0);

    @Override
    public String name() {
      return "once-a-year";
    }

    @Override
    public void run(Trigger trigger) {
      maxConcurrent.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
      runs.add(trigger);
      try {
        end.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        concurrent.decrementAndGet();
      }
    }
  }

  static class EachSecond implements Schedule {
    static final List<Trigger> runs = new CopyOnWriteArrayList<>();
    static final AtomicInteger concurrent = new AtomicInteger();
    static final AtomicInteger maxConcurrent = new AtomicInteger();

    @Override
    public String name() {
      return "each-second";
    }

    @Override
    public void run(Trigger trigger) {
      maxConcurrent.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
      runs.add(trigger);
      concurrent.decrementAndGet();
    }
  }

  static class Broken implements Schedule {
    static final AtomicBoolean broken = new AtomicBoolean();
    static final List<Trigger> succeeded = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
      return "broken";
    }

    @Override
    public void run(Trigger trigger) {
      if (broken.get()) {
        throw new IllegalStateException("broken");
      }
      succeeded.add(trigger);
    }
  }

  static class EachYear implements Schedule {
    @Override
    public String name() {
      return "each-year";
    }

    @Override
    public void run(Trigger trigger) {}
  }

  static class PutOff implements Schedule {
    @Override
    public String name() {
      return "put-off";
    }

    @Override
    public void run(Trigger trigger) {
      throw new AssertionError("The run is not due");
    }
  }
}
