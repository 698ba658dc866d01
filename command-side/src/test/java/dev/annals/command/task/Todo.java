package dev.annals.command.task;

import static dev.annals.given.TaskBuilder.task;
import static org.awaitility.Awaitility.await;

import dev.annals.command.task.TaskCommand.CompleteTask;
import dev.annals.command.task.TaskCommand.CreateTask;
import dev.annals.command.task.TaskCommand.ReopenTask;
import dev.annals.command.task.TaskCommand.StartTask;
import dev.annals.command.task.overdue.DueTasks;
import dev.annals.http.web.IfMatch;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.context.ApplicationContext;

/** The tasks of a user, for tests of other contexts. */
public final class Todo {

  private final ApplicationContext node;
  private final CommandGateway commands;
  private final UUID owner;

  public Todo(ApplicationContext node, UUID owner) {
    this.node = node;
    this.commands = node.getBean(CommandGateway.class);
    this.owner = owner;
  }

  /** Creates a task, and waits until the table of due times has it. */
  public UUID create(String title, String dueAt) {
    UUID task = UUID.randomUUID();
    Instant due = dueAt == null ? null : Instant.parse(dueAt);
    int before = known();
    commands.sendAndWait(new CreateTask(task, owner, task().titled(title).due(due).values()));
    await().until(() -> known() == before + (due == null ? 0 : 1));
    return task;
  }

  /** Returns the command that creates a task. */
  public static Object creation(UUID task, UUID owner, String dueAt) {
    Instant due = dueAt == null ? null : Instant.parse(dueAt);
    return new CreateTask(task, owner, task().due(due).values());
  }

  /** Returns the command that creates two tasks in one transaction. */
  public static Object creations(UUID task, UUID another, UUID owner) {
    return new TaskCommand.CreateTasks(
        List.of(
            new CreateTask(task, owner, task().values()),
            new CreateTask(another, owner, task().values())));
  }

  /** Completes a task, and waits until the table of due times has the change. */
  public void complete(UUID task) {
    int before = known();
    commands.sendAndWait(new CompleteTask(task, owner, IfMatch.parse(List.of("*"))));
    await().until(() -> known() == before - 1);
  }

  /** Reopens a task, and waits until the table of due times has the change. */
  public void reopen(UUID task) {
    int before = known();
    commands.sendAndWait(new ReopenTask(task, owner, IfMatch.parse(List.of("*"))));
    await().until(() -> known() == before + 1);
  }

  public void start(UUID task) {
    commands.sendAndWait(new StartTask(task, owner, IfMatch.parse(List.of("*"))));
  }

  private int known() {
    return node.getBean(DueTasks.class).countOpen(owner, Instant.parse("2999-01-01T00:00:00Z"));
  }
}
