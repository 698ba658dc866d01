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

/**
 * Builds values of a task. What a test does not set is {@code "Title"}, {@code NORMAL}, null or
 * empty.
 */
public record TaskBuilder(TaskValues values) {

  /** Begins with the defaults. */
  public static TaskBuilder task() {
    return of("Title", "", TaskPriority.NORMAL, null, List.of());
  }

  public TaskBuilder titled(String title) {
    return of(title, values.description(), values.priority(), values.dueAt(), values.tags());
  }

  public TaskBuilder described(String description) {
    return of(values.title(), description, values.priority(), values.dueAt(), values.tags());
  }

  public TaskBuilder priority(TaskPriority priority) {
    return of(values.title(), values.description(), priority, values.dueAt(), values.tags());
  }

  public TaskBuilder due(@Nullable Instant dueAt) {
    return of(values.title(), values.description(), values.priority(), dueAt, values.tags());
  }

  public TaskBuilder tagged(String... tags) {
    return of(
        values.title(), values.description(), values.priority(), values.dueAt(), List.of(tags));
  }

  public TaskCreated created(UUID taskId, UUID ownerId) {
    return new TaskCreated(taskId, ownerId, values);
  }

  public TaskUpdated updated(UUID taskId, UUID ownerId) {
    return new TaskUpdated(taskId, ownerId, values);
  }

  public TaskReverted reverted(UUID taskId, UUID ownerId, long toVersion) {
    return new TaskReverted(taskId, ownerId, toVersion, values);
  }

  private static TaskBuilder of(
      String title,
      String description,
      TaskPriority priority,
      @Nullable Instant dueAt,
      List<String> tags) {
    return new TaskBuilder(new TaskValues(title, description, priority, dueAt, tags));
  }
}
