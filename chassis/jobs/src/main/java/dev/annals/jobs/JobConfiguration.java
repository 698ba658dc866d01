package dev.annals.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.jobs.role.ProcessProperties;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.ConfigurationScopeAwareProvider;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.deadline.dbscheduler.DbSchedulerDeadlineManager;
import org.axonframework.deadline.dbscheduler.DbSchedulerHumanReadableDeadlineDetails;
import org.axonframework.serialization.Serializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
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
