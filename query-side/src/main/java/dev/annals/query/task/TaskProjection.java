package dev.annals.query.task;

import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskStarted;
import dev.annals.events.task.TaskUpdated;
import dev.annals.query.model.ReadModel;
import java.time.Instant;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.Timestamp;
import org.springframework.stereotype.Component;

/** Keeps the read model of tasks. */
@Component
@ProcessingGroup(TaskModel.NAME)
class TaskProjection {

  private final ReadModel<TaskDocument> tasks;

  TaskProjection(ReadModel<TaskDocument> tasks) {
    this.tasks = tasks;
  }

  @EventHandler
  void on(TaskCreated event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks.change(
        event.taskId(),
        sequence,
        none ->
            TaskDocument.created(
                event.taskId().toString(),
                event.ownerId().toString(),
                new TaskDocument.Values(
                    event.title(),
                    event.description(),
                    event.priority(),
                    event.dueAt(),
                    event.tags()),
                sequence,
                occurredAt));
  }

  @EventHandler
  void on(TaskUpdated event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks.change(
        event.taskId(),
        sequence,
        task ->
            task.updated(
                new TaskDocument.Values(
                    event.title(),
                    event.description(),
                    event.priority(),
                    event.dueAt(),
                    event.tags()),
                sequence,
                occurredAt));
  }

  @EventHandler
  void on(TaskStarted event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks.change(event.taskId(), sequence, task -> task.started(sequence, occurredAt));
  }

  @EventHandler
  void on(TaskCompleted event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks.change(event.taskId(), sequence, task -> task.completed(sequence, occurredAt));
  }

  @EventHandler
  void on(TaskReopened event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks.change(event.taskId(), sequence, task -> task.reopened(sequence, occurredAt));
  }

  @EventHandler
  void on(TaskDeleted event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks.change(event.taskId(), sequence, task -> task.deleted(sequence, occurredAt));
  }

  @EventHandler
  void on(TaskRestored event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks.change(event.taskId(), sequence, task -> task.restored(sequence, occurredAt));
  }

  @EventHandler
  void on(TaskMarkedOverdue event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks.change(event.taskId(), sequence, task -> task.markedOverdue(sequence, occurredAt));
  }
}
