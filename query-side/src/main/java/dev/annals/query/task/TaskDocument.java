package dev.annals.query.task;

import dev.annals.api.AttachmentView;
import dev.annals.api.TaskStatus;
import dev.annals.api.TaskView;
import dev.annals.events.task.AttachmentAdded;
import dev.annals.events.task.AttachmentRemoved;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskPriority;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskStarted;
import dev.annals.events.task.TaskValues;
import dev.annals.query.model.CodePointOrder;
import dev.annals.query.model.SearchWords;
import dev.annals.query.resource.ResourceDocument;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bson.codecs.pojo.annotations.BsonId;

/**
 * A task as it is stored to be read. What is null is not stored.
 *
 * @param owner the id of the user whose task it is
 * @param dueAt may be null
 * @param overdue whether it is marked overdue
 * @param attachments its files; none is stored for a task from before there were any
 * @param lastSequence the task's version
 * @param completedAt null unless it is done
 * @param deletedAt null when it is not in the trash
 * @param deleted whether it is in the trash, for indexes
 * @param titleKey what sorts as the title does; null until it is {@link #derived}
 * @param priorityRank what sorts as the priority does
 * @param noDueAt whether there is no {@code dueAt}: sorted by first, it puts those last
 * @param words what is searched: the words of title and description; null until they are derived
 */
public record TaskDocument(
    @BsonId String id,
    String owner,
    String title,
    String description,
    TaskStatus status,
    TaskPriority priority,
    Instant dueAt,
    boolean overdue,
    List<String> tags,
    List<AttachmentView> attachments,
    long lastSequence,
    Instant createdAt,
    Instant updatedAt,
    Instant completedAt,
    Instant deletedAt,
    boolean deleted,
    String titleKey,
    int priorityRank,
    boolean noDueAt,
    List<String> words)
    implements ResourceDocument {

  public TaskDocument {
    attachments = attachments == null ? List.of() : attachments;
  }

  /** What is stored for a priority: the more pressing, the greater. */
  static int rank(TaskPriority priority) {
    return switch (priority) {
      case LOW -> 0;
      case NORMAL -> 1;
      case HIGH -> 2;
      case URGENT -> 3;
    };
  }

  /**
   * The task as an event leaves it: the fold of the read model, and of the history.
   *
   * @param before null for its first event
   */
  static TaskDocument after(
      TaskDocument before, TaskEvent event, long sequence, Instant occurredAt) {
    if (event instanceof TaskCreated created) {
      return created(
          created.taskId().toString(),
          created.ownerId().toString(),
          created.values(),
          sequence,
          occurredAt);
    } else if (event instanceof TaskEvent.WithValues updated) {
      return before.updated(updated.values(), sequence, occurredAt);
    } else if (event instanceof TaskStarted) {
      return before.started(sequence, occurredAt);
    } else if (event instanceof TaskCompleted) {
      return before.completed(sequence, occurredAt);
    } else if (event instanceof TaskReopened) {
      return before.reopened(sequence, occurredAt);
    } else if (event instanceof TaskDeleted) {
      return before.deleted(sequence, occurredAt);
    } else if (event instanceof TaskRestored) {
      return before.restored(sequence, occurredAt);
    } else if (event instanceof TaskMarkedOverdue) {
      return before.markedOverdue(sequence, occurredAt);
    } else if (event instanceof AttachmentAdded added) {
      return before.attached(AttachmentView.of(added, occurredAt), sequence, occurredAt);
    } else if (event instanceof AttachmentRemoved removed) {
      return before.detached(removed.attachmentId().toString(), sequence, occurredAt);
    }
    throw new IllegalArgumentException("No step for " + event.getClass());
  }

  private static TaskDocument created(
      String id, String owner, TaskValues values, long sequence, Instant occurredAt) {
    Progress open = new Progress(TaskStatus.OPEN, false, null, null);
    return of(id, owner, values, List.of(), open, sequence, occurredAt, occurredAt);
  }

  private TaskDocument updated(TaskValues values, long sequence, Instant occurredAt) {
    boolean stillOverdue = overdue && values.dueAt() != null && !values.dueAt().isAfter(occurredAt);
    Progress progress = new Progress(status, stillOverdue, completedAt, deletedAt);
    return of(id, owner, values, attachments, progress, sequence, createdAt, occurredAt);
  }

  private TaskDocument started(long sequence, Instant occurredAt) {
    return with(
        new Progress(TaskStatus.IN_PROGRESS, overdue, null, deletedAt), sequence, occurredAt);
  }

  private TaskDocument completed(long sequence, Instant occurredAt) {
    return with(new Progress(TaskStatus.DONE, false, occurredAt, deletedAt), sequence, occurredAt);
  }

  private TaskDocument reopened(long sequence, Instant occurredAt) {
    return with(new Progress(TaskStatus.OPEN, false, null, deletedAt), sequence, occurredAt);
  }

  private TaskDocument deleted(long sequence, Instant occurredAt) {
    return with(new Progress(status, false, completedAt, occurredAt), sequence, occurredAt);
  }

  private TaskDocument restored(long sequence, Instant occurredAt) {
    return with(new Progress(status, false, completedAt, null), sequence, occurredAt);
  }

  private TaskDocument markedOverdue(long sequence, Instant occurredAt) {
    return with(new Progress(status, true, completedAt, deletedAt), sequence, occurredAt);
  }

  private TaskDocument attached(AttachmentView attachment, long sequence, Instant occurredAt) {
    return withAttachments(
        Stream.concat(attachments.stream(), Stream.of(attachment)).toList(), sequence, occurredAt);
  }

  private TaskDocument detached(String attachmentId, long sequence, Instant occurredAt) {
    return withAttachments(
        attachments.stream().filter(it -> !it.id().equals(attachmentId)).toList(),
        sequence,
        occurredAt);
  }

  @Override
  public TaskDocument at(long sequence) {
    Progress progress = new Progress(status, overdue, completedAt, deletedAt);
    return with(progress, sequence, updatedAt);
  }

  @Override
  public TaskDocument derived() {
    return new TaskDocument(
        id,
        owner,
        title,
        description,
        status,
        priority,
        dueAt,
        overdue,
        tags,
        attachments,
        lastSequence,
        createdAt,
        updatedAt,
        completedAt,
        deletedAt,
        deleted,
        CodePointOrder.key(title),
        priorityRank,
        noDueAt,
        SearchWords.of(title, description));
  }

  private TaskDocument with(Progress progress, long sequence, Instant occurredAt) {
    return of(id, owner, values(), attachments, progress, sequence, createdAt, occurredAt);
  }

  private TaskDocument withAttachments(
      List<AttachmentView> files, long sequence, Instant occurredAt) {
    Progress same = new Progress(status, overdue, completedAt, deletedAt);
    return of(id, owner, values(), files, same, sequence, createdAt, occurredAt);
  }

  private TaskValues values() {
    return new TaskValues(title, description, priority, dueAt, tags);
  }

  private static TaskDocument of(
      String id,
      String owner,
      TaskValues values,
      List<AttachmentView> attachments,
      Progress progress,
      long sequence,
      Instant createdAt,
      Instant updatedAt) {
    return new TaskDocument(
        id,
        owner,
        values.title(),
        values.description(),
        progress.status(),
        values.priority(),
        values.dueAt(),
        progress.overdue(),
        values.tags(),
        attachments,
        sequence,
        createdAt,
        updatedAt,
        progress.completedAt(),
        progress.deletedAt(),
        progress.deletedAt() != null,
        null,
        rank(values.priority()),
        values.dueAt() == null,
        null);
  }

  /** Returns the task as its owner sees it. */
  TaskView view() {
    return new TaskView(
        id,
        values(),
        status,
        overdue,
        attachments,
        lastSequence,
        createdAt,
        updatedAt,
        completedAt,
        deletedAt);
  }

  private record Progress(
      TaskStatus status, boolean overdue, Instant completedAt, Instant deletedAt) {}
}
