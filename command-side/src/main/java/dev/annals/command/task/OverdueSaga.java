package dev.annals.command.task;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.annals.events.identity.UserErased;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskReverted;
import dev.annals.events.task.TaskUpdated;
import java.time.Instant;
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
 * Marks a task overdue when its due time has passed. A saga lives while its task can become
 * overdue. For an event that does not name the due time the saga asks the aggregate, which may be
 * ahead of the event; the events that follow then correct the saga. The aggregate decides whether
 * the mark still fits, so a second command does no harm. Axon needs the class to be public.
 */
@Saga
@ProcessingGroup("overdue")
@DisallowReplay
@Revision("1")
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
// Properties of sagas stored by earlier versions, which had sagas of done and deleted tasks.
@JsonIgnoreProperties({"done", "deleted"})
public class OverdueSaga {

  static final String DUE = "task-due";

  private UUID taskId;
  private Instant dueAt;
  private String deadline;

  @StartSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskCreated event, DeadlineManager deadlines) {
    waitUntil(event.values().dueAt(), event, deadlines);
  }

  @StartSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskUpdated event, DueTimes times, DeadlineManager deadlines) {
    isDue(event.values().dueAt(), event, times, deadlines);
  }

  @StartSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskReverted event, DueTimes times, DeadlineManager deadlines) {
    isDue(event.values().dueAt(), event, times, deadlines);
  }

  @StartSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskReopened event, DueTimes times, DeadlineManager deadlines) {
    waitUntil(times.of(event.taskId()), event, deadlines);
  }

  @StartSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskRestored event, DueTimes times, DeadlineManager deadlines) {
    waitUntil(times.of(event.taskId()), event, deadlines);
  }

  @EndSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskCompleted event, DeadlineManager deadlines) {
    cancel(deadlines);
  }

  @EndSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskDeleted event, DeadlineManager deadlines) {
    cancel(deadlines);
  }

  @EndSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskMarkedOverdue event, DeadlineManager deadlines) {
    cancel(deadlines);
  }

  @EndSaga
  @SagaEventHandler(associationProperty = "userId")
  void on(UserErased event, DeadlineManager deadlines) {
    cancel(deadlines);
  }

  /** Marks the task in the deadline's transaction: if that fails, the deadline is repeated. */
  @DeadlineHandler(deadlineName = DUE)
  void due(Instant due, CommandGateway commands) {
    if (due.equals(dueAt)) {
      commands.sendAndWait(new TaskCommand.MarkTaskOverdue(taskId, due));
      SagaLifecycle.end();
    }
  }

  /** Asks the task if there is no deadline: the event does not say whether it is done or marked. */
  private void isDue(Instant due, TaskEvent task, DueTimes times, DeadlineManager deadlines) {
    boolean hasDeadline = deadline != null;
    waitUntil(hasDeadline || due == null ? due : times.of(task.taskId()), task, deadlines);
  }

  private void waitUntil(Instant due, TaskEvent task, DeadlineManager deadlines) {
    if (due == null) {
      cancel(deadlines);
      SagaLifecycle.end();
      return;
    }
    if (taskId == null) {
      taskId = task.taskId();
      SagaLifecycle.associateWith("userId", task.ownerId().toString());
    }
    if (deadline == null || !due.equals(dueAt)) {
      cancel(deadlines);
      dueAt = due;
      deadline = deadlines.schedule(due, DUE, due);
    }
  }

  private void cancel(DeadlineManager deadlines) {
    if (deadline != null) {
      deadlines.cancelSchedule(DUE, deadline);
      deadline = null;
    }
  }
}
