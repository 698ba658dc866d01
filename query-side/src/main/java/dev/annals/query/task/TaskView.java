package dev.annals.query.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.annals.events.task.TaskPriority;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task as clients see it; {@code deletedAt} is there only when it is in the trash. */
record TaskView(
    String id,
    String title,
    String description,
    TaskStatus status,
    TaskPriority priority,
    @Nullable Instant dueAt,
    boolean overdue,
    List<String> tags,
    List<AttachmentView> attachments,
    long version,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant completedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) Instant deletedAt) {

  static TaskView of(TaskDocument task) {
    return new TaskView(
        task.id(),
        task.title(),
        task.description(),
        task.status(),
        task.priority(),
        task.dueAt(),
        task.overdue(),
        task.tags(),
        task.attachments(),
        task.lastSequence(),
        task.createdAt(),
        task.updatedAt(),
        task.completedAt(),
        task.deletedAt());
  }
}
