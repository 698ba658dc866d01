package dev.annals.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import dev.annals.eventstore.axon.CommitSignal;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.jobs.role.ProcessProperties;
import dev.annals.jobs.role.ProcessRole;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs the jobs of a scheduler while the process serves, in workers only. It wakes the scheduler
 * when this process schedules a job, or within a second of a commit of another process. A look at
 * the table every five seconds finds the first job that is due before the next look.
 */
public final class JobRunner extends AbstractSchedulerListener implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(JobRunner.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);
  // All changes in this time share a look.
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Scheduler scheduler;
  private final String firstDue;
  private final JdbcClient jdbc;
  private final PeriodicTasks tasks;
  private final CommitSignal signal;
  private final Clock clock;
  private final boolean worker;
  private final AtomicBoolean looksSoon = new AtomicBoolean();
  private volatile Runnable stop;

  /**
   * Creates a runner.
   *
   * @param table the scheduler's table
   */
  public JobRunner(
      Scheduler scheduler,
      String table,
      JdbcClient jdbc,
      PeriodicTasks tasks,
      CommitSignal signal,
      ProcessProperties properties,
      Clock clock) {
    this.scheduler = scheduler;
    this.firstDue =
        "select execution_time from %s where not picked order by execution_time limit 1"
            .formatted(table);
    this.jdbc = jdbc;
    this.tasks = tasks;
    this.signal = signal;
    this.clock = clock;
    worker = properties.roles().contains(ProcessRole.WORKER);
    scheduler.registerSchedulerListener(this);
    if (worker) {
      signal.subscribeToOthers(this::lookSoon);
    }
  }

  /** Called within the transaction that schedules the job. */
  @Override
  public void onExecutionScheduled(TaskInstanceId job, Instant time) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      scheduled(time);
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            scheduled(time);
          }
        });
  }

  private void scheduled(Instant time) {
    if (worker) {
      wakeAt(time);
    } else {
      signal.committed();
    }
  }

  /** A failed or recurring job has a new time. */
  @Override
  public void onExecutionComplete(ExecutionComplete complete) {
    lookSoon();
  }

  @Override
  public void onExecutionDead(Execution dead) {
    lookSoon();
  }

  private void lookSoon() {
    if (stop != null && looksSoon.compareAndSet(false, true)) {
      tasks.runAfter(
          SOON,
          () -> {
            looksSoon.set(false);
            look();
          });
    }
  }

  private void look() {
    try {
      jdbc.sql(firstDue)
          .query((row, number) -> row.getObject(1, OffsetDateTime.class).toInstant())
          .optional()
          .ifPresent(this::wakeAt);
    } catch (DataAccessException away) {
      log.debug("The jobs that are due cannot be read for now", away);
    }
  }

  /** A later look finds jobs that are due after it. */
  private void wakeAt(Instant time) {
    Duration delay = Duration.between(clock.instant(), time);
    if (delay.compareTo(LOOK_INTERVAL) < 0) {
      // A check that comes a moment early would find nothing.
      tasks.runAfter(delay.plusMillis(5), scheduler::triggerCheckForDueExecutions);
    }
  }

  @Override
  public boolean isAutoStartup() {
    return worker;
  }

  @Override
  public void start() {
    scheduler.start();
    stop = tasks.runEvery(Duration.ZERO, LOOK_INTERVAL, this::look);
  }

  @Override
  public void stop() {
    stop.run();
    stop = null;
    scheduler.stop();
  }

  @Override
  public boolean isRunning() {
    return stop != null;
  }
}
