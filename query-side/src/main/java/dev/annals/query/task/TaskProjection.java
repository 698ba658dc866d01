package dev.annals.query.task;

import dev.annals.events.identity.UserErased;
import dev.annals.events.task.TaskEvent;
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
  void on(TaskEvent event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks.change(
        event.taskId(),
        event.ownerId(),
        sequence,
        task -> TaskDocument.after(task, event, sequence, occurredAt));
  }

  @EventHandler
  void on(UserErased event) {
    tasks.drop(event.userId());
  }
}
