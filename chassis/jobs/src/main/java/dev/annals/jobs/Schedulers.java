package dev.annals.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import com.github.kagkarlsson.scheduler.task.Task;
import dev.annals.jobs.role.ProcessProperties;
import io.micrometer.core.instrument.util.NamedThreadFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** Builds schedulers, each of a table of jobs. A scheduler takes every job of its table. */
public final class Schedulers {

  // JobRunner wakes the scheduler when a job is due.
  private static final Duration POLL_INTERVAL = Duration.ofMinutes(1);
  private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(5);
  private static final int MAX_MISSED_HEARTBEATS = 4;

  private Schedulers() {}

  public static SchedulerBuilder builder(
      DataSource dataSource, List<Task<?>> jobs, ProcessProperties properties, Clock clock) {
    return Scheduler.create(new TransactionAwareDataSourceProxy(dataSource), jobs)
        .schedulerName(new SchedulerName.Fixed(properties.instance()))
        .serializer(new JacksonSerializer())
        .clock(clock::instant)
        .enablePriority()
        .pollingInterval(POLL_INTERVAL)
        .heartbeatInterval(HEARTBEAT_INTERVAL)
        .missedHeartbeatsLimit(MAX_MISSED_HEARTBEATS)
        .housekeeperExecutor(
            Executors.newSingleThreadScheduledExecutor(
                new NamedThreadFactory("db-scheduler-housekeeper")))
        // Failure handlers log without the message, which may quote an e-mail address.
        .failureLogging(LogLevel.OFF, false);
  }
}
