package dev.annals.command.task;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.api.AttachmentView;
import dev.annals.api.TaskStatus;
import dev.annals.api.TaskView;
import dev.annals.command.EventHistory;
import dev.annals.command.attachment.StoredFiles;
import dev.annals.events.Personal;
import dev.annals.events.Subject;
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
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.IfMatch;
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

@Aggregate
@Revision("4")
class Task {

  @AggregateIdentifier private UUID taskId;
  @Subject private UUID ownerId;
  @JsonUnwrapped private TaskValues values;
  private TaskStatus status;
  private boolean overdue;
  private List<AttachedFile> files = new ArrayList<>();
  // In the same order; apart, to be stored encrypted.
  @Personal private List<String> fileNames = new ArrayList<>();
  private Set<UUID> everAttached = new HashSet<>();
  private boolean deleted;
  private Instant createdAt;
  private Instant updatedAt;
  private Instant completedAt;

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  TaskView decide(CreateTask command) {
    apply(new TaskCreated(command.taskId(), command.ownerId(), command.values()));
    return view();
  }

  @CommandHandler
  TaskView decide(UpdateTask command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    applyIfItChanges(new TaskUpdated(taskId, ownerId, command.values()));
    return view();
  }

  @CommandHandler
  TaskView decide(RevertTask command, EventHistory versions) {
    requireOwnerOfActive(command.requester());
    TaskValues then =
        versions.last(TaskEvent.WithValues.class, taskId, command.version(), getVersion()).values();
    command.ifMatch().require(getVersion());
    applyIfItChanges(new TaskReverted(taskId, ownerId, command.version(), then));
    return view();
  }

  @CommandHandler
  TaskView decide(StartTask command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    onlyFrom(EnumSet.of(TaskStatus.OPEN), "started");
    apply(new TaskStarted(taskId, ownerId));
    return view();
  }

  @CommandHandler
  TaskView decide(CompleteTask command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    onlyFrom(EnumSet.of(TaskStatus.OPEN, TaskStatus.IN_PROGRESS), "completed");
    apply(new TaskCompleted(taskId, ownerId));
    return view();
  }

  @CommandHandler
  TaskView decide(ReopenTask command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    onlyFrom(EnumSet.of(TaskStatus.DONE), "reopened");
    apply(new TaskReopened(taskId, ownerId));
    return view();
  }

  @CommandHandler
  long decide(DeleteTask command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    apply(new TaskDeleted(taskId, ownerId));
    return getVersion();
  }

  @CommandHandler
  TaskView decide(RestoreTask command) {
    onlyItsOwner(command.requester());
    command.ifMatch().require(getVersion());
    if (!deleted) {
      throw new Refusal(Problem.NOT_DELETED, "The task is not in the trash.");
    }
    apply(new TaskRestored(taskId, ownerId));
    return view();
  }

  /** What there is to know of an attachment but its name, which is personal. */
  private record AttachedFile(
      UUID id, String contentType, long size, String sha256, Instant createdAt) {}

  /**
   * Attaches a file, and makes its claim on the bytes a lasting one.
   *
   * @return the task's version
   * @throws Refusal {@code conflict} if one of that id was attached before
   */
  @CommandHandler
  long decide(AttachFile command, StoredFiles stored) {
    requireOwnerOfActive(command.requester());
    if (everAttached.contains(command.attachmentId())) {
      throw new Refusal(Problem.CONFLICT, "This file was attached before.");
    }
    stored.attach(command.claim(), command.attachmentId());
    apply(
        new AttachmentAdded(
            taskId,
            ownerId,
            command.attachmentId(),
            command.fileName(),
            command.contentType(),
            command.size(),
            command.sha256()));
    return getVersion();
  }

  @CommandHandler
  long decide(RemoveAttachment command, StoredFiles stored) {
    attachment(command.requester(), command.attachmentId());
    stored.detach(command.attachmentId());
    apply(new AttachmentRemoved(taskId, ownerId, command.attachmentId()));
    return getVersion();
  }

  /**
   * Marks it if it is still to be done by then; else there is nothing to say, nor to refuse.
   *
   * @return whether it was marked now
   */
  @CommandHandler
  boolean decide(MarkTaskOverdue command) {
    boolean marks = command.dueAt().equals(becomesOverdueAt());
    if (marks) {
      apply(new TaskMarkedOverdue(taskId, ownerId, values.dueAt()));
    }
    return marks;
  }

  @EventSourcingHandler
  void evolve(TaskCreated event, @Timestamp Instant at) {
    taskId = event.taskId();
    ownerId = event.ownerId();
    status = TaskStatus.OPEN;
    createdAt = at;
    set(event, at);
  }

  @EventSourcingHandler
  void evolve(TaskUpdated event, @Timestamp Instant at) {
    set(event, at);
  }

  @EventSourcingHandler
  void evolve(TaskReverted event, @Timestamp Instant at) {
    set(event, at);
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

  private void set(TaskEvent.WithValues event, Instant at) {
    values = event.values();
    overdue = overdue && values.dueAt() != null && !values.dueAt().isAfter(at);
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
   * One of its attachments, to its owner, while it is not deleted.
   *
   * @throws Refusal {@code not-found}
   */
  AttachmentView attachment(UUID requester, UUID attachmentId) {
    requireOwnerOfActive(requester);
    return attachments().stream()
        .filter(attachment -> attachment.id().equals(attachmentId.toString()))
        .findFirst()
        .orElseThrow(Refusal::notFound);
  }

  /** All of them, in the order in which they were added. */
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

  private void onlyItsOwner(UUID requester) {
    if (!ownerId.equals(requester)) {
      throw Refusal.notFound();
    }
  }

  private void requireOwnerOfActive(UUID requester, IfMatch ifMatch) {
    requireOwnerOfActive(requester);
    ifMatch.require(getVersion());
  }

  /**
   * Refuses everybody else, and everybody while it is deleted.
   *
   * @throws Refusal {@code not-found}
   */
  void requireOwnerOfActive(UUID requester) {
    onlyItsOwner(requester);
    if (deleted) {
      throw Refusal.notFound();
    }
  }

  private void onlyFrom(Set<TaskStatus> allowed, String done) {
    if (!allowed.contains(status)) {
      throw new Refusal(
          Problem.INVALID_TRANSITION, "A task that is " + status + " cannot be " + done + ".");
    }
  }

  /** Null if it does not, as things are. */
  @Nullable Instant becomesOverdueAt() {
    boolean toBeDone = !deleted && status != TaskStatus.DONE;
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
        deleted ? updatedAt : null);
  }
}
