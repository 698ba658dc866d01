package dev.annals.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.jobs.role.ProcessProperties;
import dev.annals.jobs.schedule.Schedules;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.ConfigurationScopeAwareProvider;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.deadline.dbscheduler.DbSchedulerDeadlineManager;
import org.axonframework.deadline.dbscheduler.DbSchedulerHumanReadableDeadlineDetails;
import org.axonframework.serialization.Serializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Configures jobs that survive the process. A job is a row, written in the transaction that
 * schedules it, and runs on one instance at a time. Deadlines of sagas are jobs, too. If an
 * instance dies, another one runs its jobs again after about half a minute.
 */
@ChassisConfiguration
@EnableConfigurationProperties(ProcessProperties.class)
@Import(JobFailures.class)
class JobConfiguration {

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

  @Bean
  DeadlineManager deadlineManager(
      Scheduler scheduler,
      org.axonframework.config.Configuration axon,
      Serializer serializer,
      TransactionManager transactions) {
    return DbSchedulerDeadlineManager.builder()
        .scheduler(scheduler)
        .scopeAwareProvider(new ConfigurationScopeAwareProvider(axon))
        .serializer(serializer)
        .transactionManager(transactions)
        .useBinaryPojo(false)
        .startScheduler(false)
        .stopScheduler(false)
        .build();
  }

  /** Axon itself would retry a failed deadline only after five minutes. */
  @Bean
  Task<DbSchedulerHumanReadableDeadlineDetails> deadlines(
      ObjectProvider<DbSchedulerDeadlineManager> manager, JobFailures failures) {
    Task<DbSchedulerHumanReadableDeadlineDetails> handling =
        DbSchedulerDeadlineManager.humanReadableTask(manager::getObject);
    return failures.retried(
        TaskDescriptor.of(handling.getName(), DbSchedulerHumanReadableDeadlineDetails.class),
        handling::execute);
  }
}
