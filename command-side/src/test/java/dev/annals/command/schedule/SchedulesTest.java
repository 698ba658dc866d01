package dev.annals.command.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.command.Database;
import dev.annals.command.schedule.Schedule.Trigger;
import dev.annals.command.schedule.Schedules.Outcome;
import dev.annals.command.schedule.Schedules.ScheduleStatus;
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

/** Two command sides on one database, with schedules that the tests make up. */
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
  void aScheduleWaitsForItsTime() {
    ScheduleStatus standing = standing("put-off");

    assertThat(standing.nextRun()).isAfter(Instant.now());
    assertThat(standing.lastRun()).isNull();
    assertThat(standing.lastOutcome()).isNull();
  }

  @Test
  void whatIsAskedForWhileARunIsUnderWayIsDoneAfterIt() {
    OnceAYear.runs.clear();
    Schedules schedules = second.getBean(Schedules.class);
    OnceAYear.end = new CountDownLatch(1);
    schedules.runNow("once-a-year");
    eventually().until(() -> OnceAYear.runs.size() == 1);

    schedules.runNow("once-a-year");
    schedules.runNow("once-a-year");
    eventually().until(() -> handOvers() == 2);
    assertThat(standing("once-a-year").nextRun()).isBefore(Instant.now());
    OnceAYear.end.countDown();

    eventually().until(() -> OnceAYear.runs.size() >= 2 && handOvers() == 0);
    eventually().until(() -> standing("once-a-year").nextRun().isAfter(Instant.now()));
    // Who asks at about the same time shares a run.
    assertThat(OnceAYear.runs).containsOnly(Trigger.MANUAL).hasSizeBetween(2, 3);
    assertThat(OnceAYear.mostAtOnce).hasValue(1);
    assertThat(standing("once-a-year").lastOutcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(standing("once-a-year").lastRun()).isBefore(Instant.now());
  }

  @Test
  void aRunByHandLeavesTheLastOutcomeUntilItHasItsOwn() {
    Schedules schedules = second.getBean(Schedules.class);
    schedules.runNow("each-year");
    eventually().until(() -> standing("each-year").lastRun() != null);
    Instant before = standing("each-year").lastRun();

    schedules.runNow("each-year");

    eventually()
        .until(
            () -> {
              ScheduleStatus standing = standing("each-year");
              assertThat(standing.lastOutcome()).isEqualTo(Outcome.SUCCEEDED);
              return standing.lastRun().isAfter(before);
            });
  }

  @Test
  void aRunThatIsDueTakesPlaceOnOneInstance() {
    eventually().until(() -> EachSecond.runs.size() >= 3);

    assertThat(EachSecond.runs).containsOnly(Trigger.SCHEDULED);
    assertThat(EachSecond.mostAtOnce).hasValue(1);
  }

  @Test
  void aRunThatFailsIsShownAndComesAgain() {
    Broken.broken.set(true);
    first.getBean(Schedules.class).runNow("broken");

    eventually().until(() -> standing("broken").failures() >= 2);
    assertThat(standing("broken").lastOutcome()).isEqualTo(Outcome.FAILED);
    assertThat(standing("broken").lastRun()).isBefore(Instant.now());
    Health ill = second.getBean(ScheduleHealthIndicator.class).health();
    assertThat(ill.getStatus()).isEqualTo(Status.UP);
    assertThat(ill.getDetails()).containsOnlyKeys("broken");
    assertThat(count("failed")).isGreaterThanOrEqualTo(2);

    Broken.broken.set(false);

    eventually().until(() -> standing("broken").lastOutcome() == Outcome.SUCCEEDED);
    assertThat(Broken.succeeded).containsExactly(Trigger.MANUAL);
    assertThat(count("succeeded")).isEqualTo(1);
    assertThat(second.getBean(ScheduleHealthIndicator.class).health().getDetails()).isEmpty();
  }

  @Test
  void aStartOfTheProgramPutsOffNothing() {
    Instant soon = Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.MILLIS);
    database
        .jdbc()
        .sql("update events.scheduled_tasks set execution_time = ? where task_name = 'put-off'")
        .param(OffsetDateTime.ofInstant(soon, ZoneOffset.UTC))
        .update();

    node().close();

    assertThat(standing("put-off").nextRun()).isEqualTo(soon);
  }

  private static ConfigurableApplicationContext node() {
    return database.start(
        SETTINGS, OnceAYear.class, EachSecond.class, Broken.class, EachYear.class, PutOff.class);
  }

  private static ScheduleStatus standing(String name) {
    return first.getBean(Schedules.class).all().stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static long handOvers() {
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
    static final AtomicInteger atOnce = new AtomicInteger();
    static final AtomicInteger mostAtOnce = new AtomicInteger();
    static volatile CountDownLatch end = new CountDownLatch(0);

    @Override
    public String name() {
      return "once-a-year";
    }

    @Override
    public void run(Trigger trigger) {
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      runs.add(trigger);
      try {
        end.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        atOnce.decrementAndGet();
      }
    }
  }

  static class EachSecond implements Schedule {
    static final List<Trigger> runs = new CopyOnWriteArrayList<>();
    static final AtomicInteger atOnce = new AtomicInteger();
    static final AtomicInteger mostAtOnce = new AtomicInteger();

    @Override
    public String name() {
      return "each-second";
    }

    @Override
    public void run(Trigger trigger) {
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      runs.add(trigger);
      atOnce.decrementAndGet();
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
      throw new AssertionError("It is not the time");
    }
  }
}
