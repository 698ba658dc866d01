package dev.annals.jobs.schedule;

import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Reports the schedules whose last run failed. The status stays UP. */
@Component("schedulesHealthIndicator")
final class ScheduleHealthIndicator extends AbstractHealthIndicator {

  private final Schedules schedules;

  ScheduleHealthIndicator(Schedules schedules) {
    super("The schedules cannot be read");
    this.schedules = schedules;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.up();
    schedules.all().stream()
        .filter(schedule -> schedule.failures() > 0)
        .forEach(
            schedule ->
                builder.withDetail(
                    schedule.name(),
                    Map.of(
                        "failures", schedule.failures(),
                        "lastRun", schedule.lastRun(),
                        "nextRun", schedule.nextRun())));
  }
}
