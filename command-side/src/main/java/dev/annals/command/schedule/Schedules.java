package dev.annals.command.schedule;

import com.github.kagkarlsson.scheduler.ScheduledExecution;
import com.github.kagkarlsson.scheduler.Scheduler;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Reads and triggers schedules, on all instances. */
@Component
class Schedules {

  private final List<String> names;
  private final Scheduler scheduler;
  private final Clock clock;

  Schedules(List<Schedule> schedules, Scheduler scheduler, Clock clock) {
    this.names = schedules.stream().map(Schedule::name).sorted().toList();
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** The outcome of a run. */
  enum Outcome {
    SUCCEEDED,
    FAILED
  }

  /**
   * The status of a schedule.
   *
   * @param nextRun in the past during a run
   * @param lastRun the end of the last completed run; null before it
   * @param failures the number of consecutive failures
   */
  record ScheduleStatus(
      String name, Instant nextRun, Instant lastRun, Outcome lastOutcome, int failures) {

    private static ScheduleStatus of(String name, ScheduledExecution<?> row) {
      Instant success = row.getLastSuccess();
      Instant failure = row.getLastFailure();
      boolean failed = failure != null && (success == null || failure.isAfter(success));
      Outcome outcome = failed ? Outcome.FAILED : success != null ? Outcome.SUCCEEDED : null;
      return new ScheduleStatus(
          name,
          row.getExecutionTime(),
          failed ? failure : success,
          outcome,
          row.getConsecutiveFailures());
    }
  }

  /** Returns the status of all schedules, by name. */
  List<ScheduleStatus> all() {
    return names.stream()
        .flatMap(
            name ->
                scheduler.getScheduledExecution(ScheduleRuns.row(name)).stream()
                    .map(row -> ScheduleStatus.of(name, row)))
        .toList();
  }

  boolean knows(String name) {
    return names.contains(name);
  }

  /** Triggers a run as soon as possible: after the current run, if there is one. */
  void runNow(String name) {
    scheduler.schedule(
        ScheduleRuns.MANUAL.instance(UUID.randomUUID().toString()).data(name).build(),
        clock.instant());
  }
}
