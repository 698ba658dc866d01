package dev.annals.command.task.overdue;

import dev.annals.command.task.TaskCommand;
import dev.annals.command.task.overdue.DueTasks.DueTask;
import dev.annals.jobs.schedule.Schedule;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Marks tasks whose deadline was missed, for example after a backup without deadlines was restored.
 * Normally there are none; the counter {@code annals.overdue.swept} counts them.
 */
@Component
class OverdueSweep implements Schedule {

  private static final Logger log = LoggerFactory.getLogger(OverdueSweep.class);
  private static final int PAGE_SIZE = 200;
  // A task that became due within this time still has its deadline.
  private static final Duration DEADLINE_TIMEOUT = Duration.ofMinutes(2);

  private final DueTasks tasks;
  private final CommandGateway commands;
  private final Counter swept;
  private final Clock clock;

  OverdueSweep(DueTasks tasks, CommandGateway commands, MeterRegistry metrics, Clock clock) {
    this.tasks = tasks;
    this.commands = commands;
    this.swept = metrics.counter("annals.overdue.swept");
    this.clock = clock;
  }

  @Override
  public String name() {
    return "overdue-sweep";
  }

  /** Marks all other tasks, too, when one of them cannot be marked. */
  @Override
  public void run(Trigger trigger) {
    Instant dueBefore = clock.instant().minus(DEADLINE_TIMEOUT);
    DueTask last = DueTask.NONE;
    int failed = 0;
    List<DueTask> page;
    do {
      page = tasks.unmarked(dueBefore, last, PAGE_SIZE);
      for (DueTask task : page) {
        failed += mark(task) ? 0 : 1;
        last = task;
      }
    } while (page.size() == PAGE_SIZE);
    if (failed > 0) {
      throw new IllegalStateException(failed + " tasks could not be marked");
    }
  }

  private boolean mark(DueTask task) {
    try {
      boolean marked =
          commands.sendAndWait(new TaskCommand.MarkTaskOverdue(task.taskId(), task.dueAt()));
      if (marked) {
        swept.increment();
      }
      return true;
    } catch (RuntimeException e) {
      log.warn("The task {} cannot be marked: {}", task.taskId(), e.getClass().getSimpleName());
      return false;
    }
  }
}
