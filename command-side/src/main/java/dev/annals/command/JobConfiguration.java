package dev.annals.command;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.annals.command.role.ProcessRole;
import dev.annals.command.schedule.Schedules;
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
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * Configures jobs that survive the process. A job is a row, written in the transaction that
 * schedules it, and runs on one instance at a time. Deadlines of sagas are jobs, too. If an
 * instance dies, another one runs its jobs again after about half a minute.
 */
@Configuration(proxyBeanMethods = false)
class JobConfiguration {

  private static final int THREADS = 4;
  private static final int STORE_THREADS = 2;
  private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
  private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(5);
  private static final int MAX_MISSED_HEARTBEATS = 4;
  // A mail that is being sent may be finished.
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(15);
  // An interrupted call of a store is repeated.
  private static final Duration STORE_SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

  @Bean(destroyMethod = "")
  Scheduler scheduler(
      DataSource dataSource,
      List<Task<?>> tasks,
      Schedules schedules,
      CommandProperties properties,
      Clock clock) {
    return builder(dataSource, tasks, properties, clock)
        .startTasks(schedules.recurring())
        .tableName("events.scheduled_tasks")
        .threads(THREADS)
        .shutdownMaxWait(SHUTDOWN_TIMEOUT)
        .build();
  }

  /** Has its own table: a scheduler takes every job of its table. */
  @Bean(destroyMethod = "", defaultCandidate = false)
  @StoreJobs
  Scheduler storeScheduler(
      DataSource dataSource,
      @StoreJobs List<Task<?>> tasks,
      CommandProperties properties,
      Clock clock) {
    return builder(dataSource, tasks, properties, clock)
        .tableName("attachment.jobs")
        .threads(STORE_THREADS)
        .shutdownMaxWait(STORE_SHUTDOWN_TIMEOUT)
        .build();
  }

  private static SchedulerBuilder builder(
      DataSource dataSource, List<Task<?>> tasks, CommandProperties properties, Clock clock) {
    return Scheduler.create(new TransactionAwareDataSourceProxy(dataSource), tasks)
        .schedulerName(new SchedulerName.Fixed(properties.instance()))
        .serializer(new JacksonSerializer())
        .clock(clock::instant)
        .enablePriority()
        .pollingInterval(POLL_INTERVAL)
        .heartbeatInterval(HEARTBEAT_INTERVAL)
        .missedHeartbeatsLimit(MAX_MISSED_HEARTBEATS)
        // Failure handlers log without the message, which may quote an e-mail address.
        .failureLogging(LogLevel.OFF, false);
  }

  /** Runs jobs while the process serves, in workers only. Others only schedule jobs. */
  @Bean
  SmartLifecycle runningJobs(Scheduler scheduler, CommandProperties properties) {
    return running(scheduler, properties);
  }

  @Bean
  SmartLifecycle runningStoreJobs(@StoreJobs Scheduler scheduler, CommandProperties properties) {
    return running(scheduler, properties);
  }

  private static SmartLifecycle running(Scheduler scheduler, CommandProperties properties) {
    return new SmartLifecycle() {
      private volatile boolean running;

      @Override
      public boolean isAutoStartup() {
        return properties.roles().contains(ProcessRole.WORKER);
      }

      @Override
      public void start() {
        scheduler.start();
        running = true;
      }

      @Override
      public void stop() {
        scheduler.stop();
        running = false;
      }

      @Override
      public boolean isRunning() {
        return running;
      }
    };
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

  /** Axon's own task would retry a failed deadline only after five minutes. */
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
