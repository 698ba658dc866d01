package dev.annals.events.task;

import java.util.UUID;

/** What can happen to a task. */
public sealed interface TaskEvent
    permits TaskCreated,
        TaskUpdated,
        TaskReverted,
        TaskStarted,
        TaskCompleted,
        TaskReopened,
        TaskDeleted,
        TaskRestored,
        TaskMarkedOverdue,
        AttachmentAdded,
        AttachmentRemoved {

  /** The task it happened to. */
  UUID taskId();

  /** The user whose task it is. */
  UUID ownerId();
}
