package dev.annals.command.task;

import dev.annals.command.task.DueTasks.DueTask;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** What is still to be done by some time. */
@Component
public class OpenTasks {

  private final DueTasks tasks;
  private final Repository<Task> repository;

  OpenTasks(DueTasks tasks, Repository<Task> repository) {
    this.tasks = tasks;
    this.repository = repository;
  }

  /** A task that has a time. */
  public record OpenTask(String title, Instant dueAt) {}

  /** How many a user has that are due before some time. */
  public int countDueBefore(UUID owner, Instant end) {
    return tasks.countOpen(owner, end);
  }

  /** The first of them, read from their events. */
  public List<OpenTask> dueBefore(UUID owner, Instant end, int most) {
    List<DueTask> first = tasks.open(owner, end, most);
    UnitOfWork<?> unitOfWork = DefaultUnitOfWork.startAndGet(null);
    try {
      return first.stream().map(task -> new OpenTask(title(task.taskId()), task.dueAt())).toList();
    } finally {
      unitOfWork.rollback();
    }
  }

  private String title(UUID task) {
    return repository.load(task.toString()).invoke(Task::title);
  }
}
