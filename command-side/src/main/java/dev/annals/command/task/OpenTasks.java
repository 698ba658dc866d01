package dev.annals.command.task;

import dev.annals.command.task.overdue.DueTasks;
import dev.annals.eventstore.aggregate.AggregateReader;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** The open tasks of users. */
@Component
public record OpenTasks(DueTasks tasks, Repository<Task> repository) {

  /** An open task that has a due time. */
  public record OpenTask(String title, Instant dueAt) {}

  /** Returns the number of a user's open tasks that are due before a time. */
  public int countDueBefore(UUID owner, Instant end) {
    return tasks.countOpen(owner, end);
  }

  /** Returns a user's first open tasks that are due before a time, with titles from the events. */
  public List<OpenTask> dueBefore(UUID owner, Instant end, int max) {
    return tasks.open(owner, end, max).stream()
        .map(task -> new OpenTask(title(task.taskId()), task.dueAt()))
        .toList();
  }

  private String title(UUID task) {
    return AggregateReader.of(repository, task, Task::title).orElseThrow();
  }
}
