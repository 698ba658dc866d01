package dev.annals.jobs.schedule;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.github.kagkarlsson.scheduler.ScheduledExecution;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.base.problem.Refusal;
import dev.annals.jobs.Backoff;
import dev.annals.jobs.schedule.Schedule.Trigger;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Creates the jobs of the schedules, and reads and triggers their runs, on all instances. A
 * schedule has one row, so one run at a time. A manual run moves the row to now; during a run the
 * row cannot be moved, so the request waits.
 */
public record Schedules(
    List<Schedule> schedules,
    // Lazy: the scheduler needs the jobs.
    ObjectProvider<Scheduler> scheduler,
    Environment environment,
    JdbcClient jdbc,
    MeterRegistry metrics,
    Clock clock) {

  /** Moves a schedule's run to now. The data is the schedule's name. */
  private static final TaskDescriptor<String> MANUAL =
      TaskDescriptor.of("run-by-hand", String.class);

  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(Schedules.class);

  /** The outcome of a run. */
  enum Outcome {
    SUCCEEDED,
    FAILED
  }

  /**
   * The status of a schedule, without {@code failures} in responses.
   *
   * @param nextRun in the past during a run
   * @param lastRun the end of the last completed run; null before it
   * @param failures the number of consecutive failures
   */
  record ScheduleView(
      String name,
      Instant nextRun,
      @Nullable Instant lastRun,
      @Nullable Outcome lastOutcome,
      @JsonIgnore int failures) {

    private static ScheduleView of(ScheduledExecution<?> row) {
      Instant success = row.getLastSuccess();
      Instant failure = row.getLastFailure();
      boolean failed = failure != null && (success == null || failure.isAfter(success));
      Outcome outcome = failed ? Outcome.FAILED : success != null ? Outcome.SUCCEEDED : null;
      return new ScheduleView(
          row.getTaskInstance().getTaskName(),
          row.getExecutionTime(),
          failed ? failure : success,
          outcome,
          row.getConsecutiveFailures());
    }
  }

  /** Returns the status of all schedules, by name. */
  List<ScheduleView> all() {
    return schedules.stream()
        .map(Schedule::name)
        .sorted()
        .map(name -> TaskInstanceId.of(name, RecurringTask.INSTANCE))
        .flatMap(row -> scheduler.getObject().getScheduledExecution(row).stream())
        .map(ScheduleView::of)
        .toList();
  }

  /**
   * Triggers a run as soon as possible: after the current run, if there is one.
   *
   * @throws Refusal {@code not-found}
   */
  void runNow(String name) {
    if (schedules.stream().noneMatch(schedule -> schedule.name().equals(name))) {
      throw Refusal.notFound();
    }
    scheduler
        .getObject()
        .schedule(
            MANUAL.instance(UUID.randomUUID().toString()).data(name).build(), clock.instant());
  }

  /** A manual run. While the schedule is running, it fails and is retried. */
  @Bean
  Task<String> runByHand() {
    return Tasks.oneTime(MANUAL)
        .onFailure(new FailureHandler.OnFailureRetryLater<>(RETRY_INTERVAL))
        .onDeadExecutionRevive()
        .execute((job, context) -> moveToNow(job.getData()));
  }

  /** Updates the row directly: the scheduler would clear the outcome of the last run. */
  private void moveToNow(String name) {
    int moved =
        jdbc.sql(
                """
                update events.scheduled_tasks
                set execution_time = ?, task_data = convert_to('"BY_HAND"', 'UTF8'), version = version + 1
                where task_name = ? and task_instance = ? and not picked
                """)
            .params(OffsetDateTime.now(clock), name, RecurringTask.INSTANCE)
            .update();
    if (moved == 0) {
      throw new IllegalStateException("The schedule is running");
    }
  }

  /** Returns the job of each schedule. */
  public List<RecurringTask<?>> recurring() {
    return schedules.stream().<RecurringTask<?>>map(this::recurring).toList();
  }

  private RecurringTask<Trigger> recurring(Schedule schedule) {
    String property = "annals.schedules." + schedule.name();
    Cron cron = Cron.parse(property, environment.getProperty(property, ""), clock.instant());
    return Tasks.recurring(schedule.name(), cron, Trigger.class)
        .initialData(Trigger.SCHEDULED)
        .onFailure((complete, operations) -> failed(schedule.name(), complete, operations, cron))
        .onDeadExecutionRevive()
        .executeStateful(
            (run, context) -> {
              Instant begin = clock.instant();
              schedule.run(run.getData());
              record(schedule.name(), "succeeded", Duration.between(begin, clock.instant()));
              return Trigger.SCHEDULED;
            });
  }

  /** Reschedules the run with the same trigger. */
  private void failed(
      String name, ExecutionComplete complete, ExecutionOperations<Trigger> operations, Cron cron) {
    record(name, "failed", complete.getDuration());
    Instant retry =
        clock.instant().plus(Backoff.after(complete.getExecution().consecutiveFailures));
    Instant regular = cron.getNextExecutionTime(complete);
    Instant next = regular.isBefore(retry) ? regular : retry;
    // The message may quote personal data.
    String why = complete.getCause().orElseThrow().getClass().getSimpleName();
    log.warn("The schedule {} failed and is retried at {}: {}", name, next, why);
    operations.reschedule(complete, next);
  }

  private void record(String name, String outcome, Duration duration) {
    metrics.timer("annals.schedules", "name", name, "outcome", outcome).record(duration);
  }
}
