package dev.annals.jobs.schedule;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Task;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.eventstore.axon.CommitSignal;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.jobs.JobRunner;
import dev.annals.jobs.Schedulers;
import dev.annals.jobs.role.ProcessProperties;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Configures the scheduler, and the schedules of recurring jobs. */
@ChassisConfiguration
@Import({ScheduleController.class, ScheduleHealthIndicator.class, Schedules.class})
class ScheduleConfiguration {

  private static final String TABLE = "events.scheduled_tasks";
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
        .tableName(TABLE)
        .threads(THREADS)
        .shutdownMaxWait(SHUTDOWN_TIMEOUT)
        .build();
  }

  @Bean
  JobRunner jobRunner(
      Scheduler scheduler,
      JdbcClient jdbc,
      PeriodicTasks timer,
      CommitSignal signal,
      ProcessProperties properties,
      Clock clock) {
    return new JobRunner(scheduler, TABLE, jdbc, timer, signal, properties, clock);
  }
}
