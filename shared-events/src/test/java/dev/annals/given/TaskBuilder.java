package dev.annals.given;

import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskPriority;
import dev.annals.events.task.TaskReverted;
import dev.annals.events.task.TaskUpdated;
import dev.annals.events.task.TaskValues;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds values of a task, and the events that set them. */
public final class TaskBuilder {

  private String title = "Title";
  private String description = "";
  private TaskPriority priority = TaskPriority.NORMAL;
  private @Nullable Instant dueAt;
  private List<String> tags = List.of();

  private @Nullable Integer estimate;

  private TaskBuilder() {}

  /** Begins with the title {@code "Title"}, the priority {@code NORMAL} and nothing else. */
  public static TaskBuilder task() {
    return new TaskBuilder();
  }

  public TaskBuilder titled(String title) {
    this.title = title;
    return this;
  }

  public TaskBuilder described(String description) {
    this.description = description;
    return this;
  }

  public TaskBuilder priority(TaskPriority priority) {
    this.priority = priority;
    return this;
  }

  public TaskBuilder due(@Nullable Instant dueAt) {
    this.dueAt = dueAt;
    return this;
  }

  public TaskBuilder tagged(String... tags) {
    this.tags = List.of(tags);
    return this;
  }

  public TaskBuilder estimated(@Nullable Integer estimate) {
    this.estimate = estimate;
    return this;
  }

  public TaskValues values() {
    return new TaskValues(title, description, priority, dueAt, tags, estimate);
  }

  public TaskCreated created(UUID taskId, UUID ownerId) {
    return new TaskCreated(taskId, ownerId, values());
  }

  public TaskUpdated updated(UUID taskId, UUID ownerId) {
    return new TaskUpdated(taskId, ownerId, values());
  }

  public TaskReverted reverted(UUID taskId, UUID ownerId, long toVersion) {
    return new TaskReverted(taskId, ownerId, toVersion, values());
  }
}
