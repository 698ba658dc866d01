package dev.annals.jobs.schedule;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Task;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.jobs.Schedulers;
import dev.annals.jobs.role.ProcessProperties;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Configures the scheduler, and the schedules of recurring jobs. */
@ChassisConfiguration
@Import({ScheduleController.class, ScheduleHealthIndicator.class, Schedules.class})
class ScheduleConfiguration {

  private static final int THREADS = 4;
  // A mail that is being sent may be finished.
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(15);

  @Bean(destroyMethod = "")
  Scheduler scheduler(
      DataSource dataSource,
      List<Task<?>> jobs,
      Schedules schedules,
      ProcessProperties properties,
      Clock clock) {
    return Schedulers.builder(dataSource, jobs, properties, clock)
        .startTasks(schedules.recurring())
        .tableName("events.scheduled_tasks")
        .threads(THREADS)
        .shutdownMaxWait(SHUTDOWN_TIMEOUT)
        .build();
  }

  /** Runs jobs while the process serves, in workers only. Others only schedule jobs. */
  @Bean
  SmartLifecycle runningJobs(Scheduler scheduler, ProcessProperties properties) {
    return Schedulers.running(scheduler, properties);
  }
}
