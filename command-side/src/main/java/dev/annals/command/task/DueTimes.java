package dev.annals.command.task;

import java.time.Instant;
import java.util.UUID;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads from the aggregates when tasks become overdue. */
@Component
record DueTimes(Repository<Task> tasks) {

  /**
   * Returns the time at which a task becomes overdue if nothing else happens to it. Needs a unit of
   * work.
   *
   * @return null if the task has no due time, is done, in the trash, or overdue already
   */
  @Nullable Instant of(UUID task) {
    return tasks.load(task.toString()).invoke(Task::becomesOverdueAt);
  }
}
