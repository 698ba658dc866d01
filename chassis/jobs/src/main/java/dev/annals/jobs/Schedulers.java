package dev.annals.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import com.github.kagkarlsson.scheduler.task.Task;
import dev.annals.jobs.role.ProcessProperties;
import dev.annals.jobs.role.ProcessRole;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** Builds schedulers, each of a table of jobs. A scheduler takes every job of its table. */
public final class Schedulers {

  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
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
        // Failure handlers log without the message, which may quote an e-mail address.
        .failureLogging(LogLevel.OFF, false);
  }

  /** Runs the jobs of a scheduler while the process serves, in workers only. */
  public static SmartLifecycle running(Scheduler scheduler, ProcessProperties properties) {
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
}
