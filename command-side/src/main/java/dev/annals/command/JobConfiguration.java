package dev.annals.command;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.command.role.ProcessRole;
import dev.annals.command.schedule.ScheduleRuns;
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
 * Jobs that survive the process: what is scheduled is a row, part of the transaction that schedules
 * it, and is run by one instance at a time. Deadlines of sagas are such jobs. A job of an instance
 * that died is run again by another one after about half a minute.
 */
@Configuration(proxyBeanMethods = false)
class JobConfiguration {

  private static final int THREADS = 4;
  private static final int STORE_THREADS = 2;
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final int MISSED_HEARTBEATS = 4;
  // A mail's dialogue that has begun may come to its end.
  private static final Duration END_OF_RUNNING = Duration.ofSeconds(15);
  // A call of a store that was cut off is repeated.
  private static final Duration END_OF_STORE_JOBS = Duration.ofSeconds(2);

  @Bean(destroyMethod = "")
  Scheduler scheduler(
      DataSource dataSource,
      List<Task<?>> tasks,
      ScheduleRuns schedules,
      InstanceName instance,
      Clock clock) {
    return builder(dataSource, tasks, instance, clock)
        .startTasks(schedules.recurring())
        .tableName("events.scheduled_tasks")
        .threads(THREADS)
        .shutdownMaxWait(END_OF_RUNNING)
        .build();
  }

  /** A table of its own, since each scheduler takes every job of its table for one of its own. */
  @Bean(destroyMethod = "", defaultCandidate = false)
  @StoreJobs
  Scheduler storeScheduler(
      DataSource dataSource, @StoreJobs List<Task<?>> tasks, InstanceName instance, Clock clock) {
    return builder(dataSource, tasks, instance, clock)
        .tableName("attachment.jobs")
        .threads(STORE_THREADS)
        .shutdownMaxWait(END_OF_STORE_JOBS)
        .build();
  }

  private static SchedulerBuilder builder(
      DataSource dataSource, List<Task<?>> tasks, InstanceName instance, Clock clock) {
    return Scheduler.create(new TransactionAwareDataSourceProxy(dataSource), tasks)
        .schedulerName(new SchedulerName.Fixed(instance.value()))
        .serializer(new JacksonSerializer())
        .clock(clock::instant)
        .enablePriority()
        .pollingInterval(POLL)
        .heartbeatInterval(HEARTBEAT)
        .missedHeartbeatsLimit(MISSED_HEARTBEATS)
        // A job's failure handler says what is to be said: an exception may quote an e-mail
        // address.
        .failureLogging(LogLevel.OFF, false);
  }

  /**
   * Jobs run once everything that they need does, and end before it; the others only add to them.
   */
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

  /** Axon's own task would try a deadline that failed again after five minutes only. */
  @Bean
  Task<DbSchedulerHumanReadableDeadlineDetails> deadlines(
      ObjectProvider<DbSchedulerDeadlineManager> manager, JobFailures failures) {
    Task<DbSchedulerHumanReadableDeadlineDetails> handling =
        DbSchedulerDeadlineManager.humanReadableTask(manager::getObject);
    return Tasks.oneTime(handling.getName(), DbSchedulerHumanReadableDeadlineDetails.class)
        .onFailure(failures.repeat())
        .onDeadExecutionRevive()
        .execute(handling::execute);
  }
}
