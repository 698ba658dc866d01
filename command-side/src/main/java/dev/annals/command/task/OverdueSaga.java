package dev.annals.command.task;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.annals.events.identity.UserErased;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskReverted;
import dev.annals.events.task.TaskUpdated;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.deadline.annotation.DeadlineHandler;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.modelling.saga.EndSaga;
import org.axonframework.modelling.saga.SagaEventHandler;
import org.axonframework.modelling.saga.SagaLifecycle;
import org.axonframework.modelling.saga.StartSaga;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Saga;

/**
 * Has a task marked once its time has come. There is one as long as a task has a time and an owner:
 * of a task that is done or deleted it keeps the time, which the events of reopening and restoring
 * do not tell. Whether the mark still fits is for the task to decide, so it does no harm to ask
 * twice. It is public for Axon, which makes it.
 */
@Saga
@ProcessingGroup("overdue")
@DisallowReplay
@Revision("1")
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public class OverdueSaga {

  static final String DUE = "task-due";

  private UUID taskId;
  private Instant dueAt;
  private boolean done;
  private boolean deleted;
  private String deadline;

  @StartSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskCreated event, DeadlineManager deadlines) {
    isDue(event, event.dueAt(), deadlines);
  }

  @StartSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskUpdated event, DeadlineManager deadlines) {
    mayBeDue(event, event.dueAt(), deadlines);
  }

  @StartSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskReverted event, DeadlineManager deadlines) {
    mayBeDue(event, event.dueAt(), deadlines);
  }

  @SagaEventHandler(associationProperty = "taskId")
  @SuppressWarnings("UnusedVariable") // Axon finds the handler by it.
  void on(TaskCompleted event, DeadlineManager deadlines) {
    done = true;
    reschedule(deadlines);
  }

  @SagaEventHandler(associationProperty = "taskId")
  @SuppressWarnings("UnusedVariable") // Axon finds the handler by it.
  void on(TaskReopened event, DeadlineManager deadlines) {
    done = false;
    reschedule(deadlines);
  }

  @SagaEventHandler(associationProperty = "taskId")
  @SuppressWarnings("UnusedVariable") // Axon finds the handler by it.
  void on(TaskDeleted event, DeadlineManager deadlines) {
    deleted = true;
    reschedule(deadlines);
  }

  @SagaEventHandler(associationProperty = "taskId")
  @SuppressWarnings("UnusedVariable") // Axon finds the handler by it.
  void on(TaskRestored event, DeadlineManager deadlines) {
    deleted = false;
    reschedule(deadlines);
  }

  @EndSaga
  @SagaEventHandler(associationProperty = "userId")
  @SuppressWarnings("UnusedVariable") // Axon finds the handler by it.
  void on(UserErased event, DeadlineManager deadlines) {
    cancel(deadlines);
  }

  /** The mark is part of the transaction that this is: if it fails, the deadline comes again. */
  @DeadlineHandler(deadlineName = DUE)
  void due(Instant due, CommandGateway commands) {
    if (due.equals(dueAt)) {
      deadline = null;
      commands.sendAndWait(new MarkTaskOverdue(taskId, due));
    }
  }

  private void mayBeDue(TaskEvent task, Instant due, DeadlineManager deadlines) {
    if (!Objects.equals(due, dueAt) || dueAt == null) {
      isDue(task, due, deadlines);
    }
  }

  private void isDue(TaskEvent task, Instant due, DeadlineManager deadlines) {
    if (taskId == null) {
      taskId = task.taskId();
      SagaLifecycle.associateWith("userId", task.ownerId().toString());
    }
    dueAt = due;
    reschedule(deadlines);
    if (dueAt == null) {
      SagaLifecycle.end();
    }
  }

  private void reschedule(DeadlineManager deadlines) {
    cancel(deadlines);
    if (dueAt != null && !done && !deleted) {
      deadline = deadlines.schedule(dueAt, DUE, dueAt);
    }
  }

  private void cancel(DeadlineManager deadlines) {
    if (deadline != null) {
      deadlines.cancelSchedule(DUE, deadline);
      deadline = null;
    }
  }
}
