package dev.annals.events.task;

import dev.annals.base.event.OwnedEvent;
import java.util.UUID;

/** An event of a task. */
public sealed interface TaskEvent extends OwnedEvent
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

  @Override
  default UUID owner() {
    return ownerId();
  }

  /** An event that sets all values of a task. */
  sealed interface WithValues permits TaskCreated, TaskUpdated, TaskReverted {

    TaskValues values();
  }
}
