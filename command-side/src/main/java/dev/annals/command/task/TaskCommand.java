package dev.annals.command.task;

import dev.annals.events.task.TaskValues;
import dev.annals.files.ClaimedFile;
import dev.annals.http.web.IfMatch;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** A command to a task. */
public sealed interface TaskCommand {

  @TargetAggregateIdentifier
  UUID taskId();

  record CreateTask(UUID taskId, UUID ownerId, TaskValues values) implements TaskCommand {}

  /** Creates all of the tasks or none. */
  record CreateTasks(List<CreateTask> tasks) {}

  /**
   * Sets the values of a task.
   *
   * @param keepsEstimate whether the task keeps its estimate instead
   */
  record UpdateTask(
      UUID taskId, UUID requester, IfMatch ifMatch, TaskValues values, boolean keepsEstimate)
      implements TaskCommand {}

  record RevertTask(UUID taskId, UUID requester, IfMatch ifMatch, long version)
      implements TaskCommand {}

  record StartTask(UUID taskId, UUID requester, IfMatch ifMatch) implements TaskCommand {}

  record CompleteTask(UUID taskId, UUID requester, IfMatch ifMatch) implements TaskCommand {}

  record ReopenTask(UUID taskId, UUID requester, IfMatch ifMatch) implements TaskCommand {}

  record DeleteTask(UUID taskId, UUID requester, IfMatch ifMatch) implements TaskCommand {}

  record RestoreTask(UUID taskId, UUID requester, IfMatch ifMatch) implements TaskCommand {}

  /** Attaches a file whose bytes are stored. */
  record AttachFile(UUID taskId, UUID requester, UUID attachmentId, ClaimedFile file)
      implements TaskCommand {}

  record RemoveAttachment(UUID taskId, UUID requester, UUID attachmentId) implements TaskCommand {}

  /**
   * Marks a task overdue.
   *
   * @param dueAt the due time that has passed; a task with another one is not marked
   */
  record MarkTaskOverdue(UUID taskId, Instant dueAt) implements TaskCommand {}
}
