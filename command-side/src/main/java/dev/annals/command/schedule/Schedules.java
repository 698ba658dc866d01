package dev.annals.command.schedule;

import com.github.kagkarlsson.scheduler.ScheduledExecution;
import com.github.kagkarlsson.scheduler.Scheduler;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** How schedules stand, on whichever instance they run. */
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

  /** How a run ended. */
  enum Outcome {
    SUCCEEDED,
    FAILED
  }

  /**
   * How one stands.
   *
   * @param nextRun past while it runs
   * @param lastRun when the last run that has ended did so; null before the first one
   * @param failures how often in a row it failed
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

  /** All of them, by name. */
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

  /** Has one run as soon as can be: after the run that is under way, if there is one. */
  void runNow(String name) {
    scheduler.schedule(
        ScheduleRuns.MANUAL.instance(UUID.randomUUID().toString()).data(name).build(),
        clock.instant());
  }
}
