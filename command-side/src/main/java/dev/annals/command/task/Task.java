package dev.annals.command.task;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskPriority;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskStarted;
import dev.annals.events.task.TaskUpdated;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.IfMatch;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

@Aggregate(snapshotTriggerDefinition = "everyHundredEvents")
@Revision("2")
class Task {

  @AggregateIdentifier private UUID taskId;
  @Subject private UUID ownerId;
  @Personal private String title;
  @Personal private String description;
  private TaskStatus status;
  private TaskPriority priority;
  private Instant dueAt;
  private boolean overdue;
  @Personal private List<String> tags;
  private boolean deleted;
  private Instant createdAt;
  private Instant updatedAt;
  private Instant completedAt;

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  TaskDetails decide(CreateTask command) {
    apply(
        new TaskCreated(
            command.taskId(),
            command.ownerId(),
            command.title(),
            command.description(),
            command.priority(),
            command.dueAt(),
            command.tags()));
    return details();
  }

  @CommandHandler
  TaskDetails decide(UpdateTask command) {
    onlyItsOwnerWhileItIsNotDeleted(command.requester(), command.ifMatch());
    boolean changes =
        !(title.equals(command.title())
            && description.equals(command.description())
            && priority == command.priority()
            && Objects.equals(dueAt, command.dueAt())
            && tags.equals(command.tags()));
    if (changes) {
      apply(
          new TaskUpdated(
              taskId,
              ownerId,
              command.title(),
              command.description(),
              command.priority(),
              command.dueAt(),
              command.tags()));
    }
    return details();
  }

  @CommandHandler
  TaskDetails decide(StartTask command) {
    onlyItsOwnerWhileItIsNotDeleted(command.requester(), command.ifMatch());
    onlyFrom(EnumSet.of(TaskStatus.OPEN), "started");
    apply(new TaskStarted(taskId, ownerId));
    return details();
  }

  @CommandHandler
  TaskDetails decide(CompleteTask command) {
    onlyItsOwnerWhileItIsNotDeleted(command.requester(), command.ifMatch());
    onlyFrom(EnumSet.of(TaskStatus.OPEN, TaskStatus.IN_PROGRESS), "completed");
    apply(new TaskCompleted(taskId, ownerId));
    return details();
  }

  @CommandHandler
  TaskDetails decide(ReopenTask command) {
    onlyItsOwnerWhileItIsNotDeleted(command.requester(), command.ifMatch());
    onlyFrom(EnumSet.of(TaskStatus.DONE), "reopened");
    apply(new TaskReopened(taskId, ownerId));
    return details();
  }

  @CommandHandler
  long decide(DeleteTask command) {
    onlyItsOwnerWhileItIsNotDeleted(command.requester(), command.ifMatch());
    apply(new TaskDeleted(taskId, ownerId));
    return getVersion();
  }

  @CommandHandler
  TaskDetails decide(RestoreTask command) {
    onlyItsOwner(command.requester());
    command.ifMatch().require(getVersion());
    if (!deleted) {
      throw new Refusal(Problem.NOT_DELETED, "The task is not in the trash.");
    }
    apply(new TaskRestored(taskId, ownerId));
    return details();
  }

  /**
   * Marks it if it is still to be done by then; else there is nothing to say, nor to refuse.
   *
   * @return whether it was marked now
   */
  @CommandHandler
  boolean decide(MarkTaskOverdue command) {
    boolean toBeDone = !deleted && status != TaskStatus.DONE;
    boolean marks = toBeDone && !overdue && command.dueAt().equals(dueAt);
    if (marks) {
      apply(new TaskMarkedOverdue(taskId, ownerId, dueAt));
    }
    return marks;
  }

  @EventSourcingHandler
  void evolve(TaskCreated event, @Timestamp Instant at) {
    taskId = event.taskId();
    ownerId = event.ownerId();
    title = event.title();
    description = event.description();
    status = TaskStatus.OPEN;
    priority = event.priority();
    dueAt = event.dueAt();
    tags = event.tags();
    createdAt = at;
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(TaskUpdated event, @Timestamp Instant at) {
    title = event.title();
    description = event.description();
    priority = event.priority();
    dueAt = event.dueAt();
    overdue = overdue && dueAt != null && !dueAt.isAfter(at);
    tags = event.tags();
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(TaskStarted event, @Timestamp Instant at) {
    status = TaskStatus.IN_PROGRESS;
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(TaskCompleted event, @Timestamp Instant at) {
    status = TaskStatus.DONE;
    overdue = false;
    completedAt = at;
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(TaskReopened event, @Timestamp Instant at) {
    status = TaskStatus.OPEN;
    completedAt = null;
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(TaskDeleted event, @Timestamp Instant at) {
    deleted = true;
    overdue = false;
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(TaskRestored event, @Timestamp Instant at) {
    deleted = false;
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(TaskMarkedOverdue event, @Timestamp Instant at) {
    overdue = true;
    updatedAt = at;
  }

  private void onlyItsOwner(UUID requester) {
    if (!ownerId.equals(requester)) {
      throw Refusal.notFound();
    }
  }

  private void onlyItsOwnerWhileItIsNotDeleted(UUID requester, IfMatch ifMatch) {
    onlyItsOwner(requester);
    if (deleted) {
      throw Refusal.notFound();
    }
    ifMatch.require(getVersion());
  }

  private void onlyFrom(Set<TaskStatus> allowed, String done) {
    if (!allowed.contains(status)) {
      throw new Refusal(
          Problem.INVALID_TRANSITION, "A task that is " + status + " cannot be " + done + ".");
    }
  }

  String title() {
    return title;
  }

  private TaskDetails details() {
    return new TaskDetails(
        taskId,
        title,
        description,
        status,
        priority,
        dueAt,
        overdue,
        tags,
        List.of(),
        getVersion(),
        createdAt,
        updatedAt,
        completedAt);
  }
}
