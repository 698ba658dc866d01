package dev.annals.command.task;

import java.time.Instant;
import java.util.UUID;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells when tasks become overdue, as of now, by their own events. */
@Component
class DueTimes {

  private final Repository<Task> tasks;

  DueTimes(Repository<Task> tasks) {
    this.tasks = tasks;
  }

  /**
   * Tells when a task becomes overdue if nothing else happens to it. Needs a unit of work.
   *
   * @return null if it does not: it has no time, is done, deleted, or overdue already
   */
  @Nullable Instant of(UUID task) {
    return tasks.load(task.toString()).invoke(Task::becomesOverdueAt);
  }
}
