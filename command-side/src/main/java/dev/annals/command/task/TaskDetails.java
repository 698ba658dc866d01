package dev.annals.command.task;

import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskPriority;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task as a command left it, in the shape that clients see. */
record TaskDetails(
    UUID id,
    String title,
    String description,
    TaskStatus status,
    TaskPriority priority,
    @Nullable Instant dueAt,
    boolean overdue,
    List<String> tags,
    List<Attachment> attachments,
    long version,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant completedAt) {

  /** A task as it was when it was created. */
  static TaskDetails created(TaskCreated event, Instant at) {
    return new TaskDetails(
        event.taskId(),
        event.title(),
        event.description(),
        TaskStatus.OPEN,
        event.priority(),
        event.dueAt(),
        false,
        event.tags(),
        List.of(),
        0,
        at,
        at,
        null);
  }
}
