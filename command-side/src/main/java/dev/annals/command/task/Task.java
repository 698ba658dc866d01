package dev.annals.command.task;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.api.AttachmentView;
import dev.annals.api.TaskStatus;
import dev.annals.api.TaskView;
import dev.annals.base.event.Personal;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.command.CommandProblem;
import dev.annals.events.task.AttachmentAdded;
import dev.annals.events.task.AttachmentRemoved;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskReverted;
import dev.annals.events.task.TaskStarted;
import dev.annals.events.task.TaskUpdated;
import dev.annals.events.task.TaskValues;
import dev.annals.eventstore.aggregate.EventHistory;
import dev.annals.eventstore.aggregate.Ownership;
import dev.annals.files.ClaimedFile;
import dev.annals.files.StoredFiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
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
import org.jspecify.annotations.Nullable;

/** The aggregate of tasks. It is public for the folders of this context. */
@Aggregate
@Revision("4")
public class Task {

  @AggregateIdentifier private UUID taskId;
  @JsonUnwrapped private Ownership ownership;
  @JsonUnwrapped private TaskValues values;
  private TaskStatus status;
  private boolean overdue;
  private List<AttachedFile> files = new ArrayList<>();
  // The names of the files, in the same order: these alone are stored encrypted.
  @Personal private List<String> fileNames = new ArrayList<>();
  private Set<UUID> everAttached = new HashSet<>();
  private Instant createdAt;
  private Instant updatedAt;
  private Instant completedAt;

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  TaskView decide(TaskCommand.CreateTask command) {
    apply(new TaskCreated(command.taskId(), command.ownerId(), command.values()));
    return view();
  }

  @CommandHandler
  TaskView decide(TaskCommand.UpdateTask command) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    TaskValues wanted =
        command.keepsEstimate()
            ? command.values().withEstimate(values.estimate())
            : command.values();
    applyIfItChanges(new TaskUpdated(taskId, ownership.ownerId(), wanted));
    return view();
  }

  @CommandHandler
  TaskView decide(TaskCommand.RevertTask command, EventHistory history) {
    ownership.requireOwnerOfActive(command.requester());
    TaskEvent.WithValues then =
        history.last(TaskEvent.WithValues.class, taskId, command.version(), getVersion());
    command.ifMatch().require(getVersion());
    applyIfItChanges(
        new TaskReverted(taskId, ownership.ownerId(), command.version(), then.values()));
    return view();
  }

  @CommandHandler
  TaskView decide(TaskCommand.StartTask command) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    requireStatus(EnumSet.of(TaskStatus.OPEN), "started");
    apply(new TaskStarted(taskId, ownership.ownerId()));
    return view();
  }

  @CommandHandler
  TaskView decide(TaskCommand.CompleteTask command) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    requireStatus(EnumSet.of(TaskStatus.OPEN, TaskStatus.IN_PROGRESS), "completed");
    apply(new TaskCompleted(taskId, ownership.ownerId()));
    return view();
  }

  @CommandHandler
  TaskView decide(TaskCommand.ReopenTask command) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    requireStatus(EnumSet.of(TaskStatus.DONE), "reopened");
    apply(new TaskReopened(taskId, ownership.ownerId()));
    return view();
  }

  @CommandHandler
  long decide(TaskCommand.DeleteTask command) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    apply(new TaskDeleted(taskId, ownership.ownerId()));
    return getVersion();
  }

  @CommandHandler
  TaskView decide(TaskCommand.RestoreTask command) {
    ownership.requireOwnerOfDeleted(command.requester(), command.ifMatch(), "task");
    apply(new TaskRestored(taskId, ownership.ownerId()));
    return view();
  }

  /** An attachment without its name, which is personal. */
  private record AttachedFile(
      UUID id, String contentType, long size, String sha256, Instant createdAt) {}

  /**
   * Attaches a file, and keeps its bytes from then on.
   *
   * @return the task's version
   * @throws Refusal {@code conflict} if one of that id was attached before
   */
  @CommandHandler
  long decide(TaskCommand.AttachFile command, StoredFiles stored) {
    ownership.requireOwnerOfActive(command.requester());
    if (everAttached.contains(command.attachmentId())) {
      throw new Refusal(Problem.CONFLICT, "This file was attached before.");
    }
    ClaimedFile file = command.file();
    stored.attach(file.claim(), command.attachmentId());
    apply(
        new AttachmentAdded(
            taskId,
            ownership.ownerId(),
            command.attachmentId(),
            file.fileName(),
            file.contentType(),
            file.size(),
            file.sha256()));
    return getVersion();
  }

  @CommandHandler
  long decide(TaskCommand.RemoveAttachment command, StoredFiles stored) {
    attachment(command.requester(), command.attachmentId());
    stored.detach(command.attachmentId());
    apply(new AttachmentRemoved(taskId, ownership.ownerId(), command.attachmentId()));
    return getVersion();
  }

  /**
   * Marks the task overdue if it becomes overdue at that time, and does nothing otherwise.
   *
   * @return whether the task was marked
   */
  @CommandHandler
  boolean decide(TaskCommand.MarkTaskOverdue command) {
    boolean marks = command.dueAt().equals(becomesOverdueAt());
    if (marks) {
      apply(new TaskMarkedOverdue(taskId, ownership.ownerId(), values.dueAt()));
    }
    return marks;
  }

  @EventSourcingHandler
  void evolve(TaskCreated event, @Timestamp Instant at) {
    taskId = event.taskId();
    ownership = new Ownership(event.ownerId(), false);
    status = TaskStatus.OPEN;
    createdAt = at;
    evolve((TaskEvent.WithValues) event, at);
  }

  @EventSourcingHandler
  void evolve(TaskEvent.WithValues event, @Timestamp Instant at) {
    values = event.values();
    overdue = overdue && values.dueAt() != null && !values.dueAt().isAfter(at);
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
    ownership = ownership.deleted(true);
    overdue = false;
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(TaskRestored event, @Timestamp Instant at) {
    ownership = ownership.deleted(false);
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(TaskMarkedOverdue event, @Timestamp Instant at) {
    overdue = true;
    updatedAt = at;
  }

  private void applyIfItChanges(TaskEvent.WithValues event) {
    if (!values.equals(event.values())) {
      apply(event);
    }
  }

  @EventSourcingHandler
  void evolve(AttachmentAdded event, @Timestamp Instant at) {
    files.add(
        new AttachedFile(
            event.attachmentId(), event.contentType(), event.size(), event.sha256(), at));
    fileNames.add(event.fileName());
    everAttached.add(event.attachmentId());
    updatedAt = at;
  }

  @EventSourcingHandler
  void evolve(AttachmentRemoved event, @Timestamp Instant at) {
    int index = files.stream().map(AttachedFile::id).toList().indexOf(event.attachmentId());
    files.remove(index);
    fileNames.remove(index);
    updatedAt = at;
  }

  /**
   * Returns an attachment to the owner of a task that is not in the trash.
   *
   * @throws Refusal {@code not-found}
   */
  public AttachmentView attachment(UUID requester, UUID attachmentId) {
    ownership.requireOwnerOfActive(requester);
    return attachments().stream()
        .filter(attachment -> attachment.id().equals(attachmentId.toString()))
        .findFirst()
        .orElseThrow(Refusal::notFound);
  }

  /** Returns all attachments, in the order in which they were added. */
  List<AttachmentView> attachments() {
    List<AttachmentView> all = new ArrayList<>();
    for (AttachedFile file : files) {
      all.add(
          new AttachmentView(
              file.id().toString(),
              fileNames.get(all.size()),
              file.contentType(),
              file.size(),
              file.sha256(),
              file.createdAt()));
    }
    return all;
  }

  /**
   * Refuses other users, and the owner while the task is in the trash.
   *
   * @throws Refusal {@code not-found}
   */
  public void requireOwnerOfActive(UUID requester) {
    ownership.requireOwnerOfActive(requester);
  }

  private void requireStatus(Set<TaskStatus> allowed, String change) {
    if (!allowed.contains(status)) {
      throw new Refusal(
          CommandProblem.INVALID_TRANSITION,
          "A task that is " + status + " cannot be " + change + ".");
    }
  }

  /** Returns the time at which the task becomes overdue if nothing else happens, or null. */
  @Nullable Instant becomesOverdueAt() {
    boolean toBeDone = !ownership.deleted() && status != TaskStatus.DONE;
    return toBeDone && !overdue ? values.dueAt() : null;
  }

  String title() {
    return values.title();
  }

  /** Returns the task as its owner sees it, also while it is in the trash. */
  TaskView view() {
    return new TaskView(
        taskId.toString(),
        values,
        status,
        overdue,
        attachments(),
        getVersion(),
        createdAt,
        updatedAt,
        completedAt,
        ownership.deleted() ? updatedAt : null);
  }
}
