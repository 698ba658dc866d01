package dev.annals.events.task;

import java.util.UUID;

/** An event of a task. */
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

  UUID taskId();

  UUID ownerId();

  /** An event that sets all values of a task. */
  sealed interface WithValues permits TaskCreated, TaskUpdated, TaskReverted {

    TaskValues values();
  }
}
