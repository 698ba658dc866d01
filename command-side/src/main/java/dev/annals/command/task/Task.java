package dev.annals.command.task;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import dev.annals.command.EventHistory;
import dev.annals.command.attachment.StoredFiles;
import dev.annals.command.export.ExportedResource;
import dev.annals.events.Personal;
import dev.annals.events.Subject;
import dev.annals.events.task.AttachmentAdded;
import dev.annals.events.task.AttachmentRemoved;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskPriority;
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
import org.jspecify.annotations.Nullable;

@Aggregate
@Revision("4")
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
    requireOwnerOfActive(command.requester(), command.ifMatch());
    applyIfItChanges(
        new TaskUpdated(
            taskId,
            ownerId,
            command.title(),
            command.description(),
            command.priority(),
            command.dueAt(),
            command.tags()));
    return details();
  }

  @CommandHandler
  TaskDetails decide(RevertTask command, EventHistory versions) {
    requireOwnerOfActive(command.requester());
    TaskValues then = versions.last(TaskValues.class, taskId, command.version(), getVersion());
    command.ifMatch().require(getVersion());
    applyIfItChanges(
        new TaskReverted(
            taskId,
            ownerId,
            command.version(),
            then.title(),
            then.description(),
            then.priority(),
            then.dueAt(),
            then.tags()));
    return details();
  }

  @CommandHandler
  TaskDetails decide(StartTask command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    onlyFrom(EnumSet.of(TaskStatus.OPEN), "started");
    apply(new TaskStarted(taskId, ownerId));
    return details();
  }

  @CommandHandler
  TaskDetails decide(CompleteTask command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    onlyFrom(EnumSet.of(TaskStatus.OPEN, TaskStatus.IN_PROGRESS), "completed");
    apply(new TaskCompleted(taskId, ownerId));
    return details();
  }

  @CommandHandler
  TaskDetails decide(ReopenTask command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
    onlyFrom(EnumSet.of(TaskStatus.DONE), "reopened");
    apply(new TaskReopened(taskId, ownerId));
    return details();
  }

  @CommandHandler
  long decide(DeleteTask command) {
    requireOwnerOfActive(command.requester(), command.ifMatch());
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
      apply(new TaskMarkedOverdue(taskId, ownerId, dueAt));
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

  private void set(TaskValues values, Instant at) {
    title = values.title();
    description = values.description();
    priority = values.priority();
    dueAt = values.dueAt();
    overdue = overdue && dueAt != null && !dueAt.isAfter(at);
    tags = values.tags();
    updatedAt = at;
  }

  private void applyIfItChanges(TaskValues values) {
    boolean changes =
        !(title.equals(values.title())
            && description.equals(values.description())
            && priority == values.priority()
            && Objects.equals(dueAt, values.dueAt())
            && tags.equals(values.tags()));
    if (changes) {
      apply(values);
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
  Attachment attachment(UUID requester, UUID attachmentId) {
    requireOwnerOfActive(requester);
    return attachments().stream()
        .filter(attachment -> attachment.id().equals(attachmentId))
        .findFirst()
        .orElseThrow(Refusal::notFound);
  }

  /** All of them, in the order in which they were added. */
  List<Attachment> attachments() {
    List<Attachment> all = new ArrayList<>();
    for (AttachedFile file : files) {
      all.add(
          new Attachment(
              file.id(),
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
    return toBeDone && !overdue ? dueAt : null;
  }

  String title() {
    return title;
  }

  /** As it is now, be it in the trash. */
  ExportedResource kept() {
    return new ExportedResource(details(), deleted ? updatedAt : null);
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
        attachments(),
        getVersion(),
        createdAt,
        updatedAt,
        completedAt);
  }
}
