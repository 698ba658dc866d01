package dev.annals.query.task;

import dev.annals.events.task.TaskPriority;
import dev.annals.query.model.CodePointOrder;
import dev.annals.query.model.ModelDocument;
import dev.annals.query.model.SearchWords;
import java.time.Instant;
import java.util.List;
import org.bson.codecs.pojo.annotations.BsonId;

/**
 * A task as it is stored to be read. What is null is not stored.
 *
 * @param owner the id of the user whose task it is
 * @param dueAt may be null
 * @param overdue whether it is marked overdue
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
    implements ModelDocument {

  /** What is stored for a priority: the more pressing, the greater. */
  static int rank(TaskPriority priority) {
    return switch (priority) {
      case LOW -> 0;
      case NORMAL -> 1;
      case HIGH -> 2;
      case URGENT -> 3;
    };
  }

  static TaskDocument created(
      String id, String owner, Values values, long sequence, Instant occurredAt) {
    Progress open = new Progress(TaskStatus.OPEN, false, null, null);
    return of(id, owner, values, open, sequence, occurredAt, occurredAt);
  }

  TaskDocument updated(Values values, long sequence, Instant occurredAt) {
    boolean stillOverdue = overdue && values.dueAt() != null && !values.dueAt().isAfter(occurredAt);
    Progress progress = new Progress(status, stillOverdue, completedAt, deletedAt);
    return of(id, owner, values, progress, sequence, createdAt, occurredAt);
  }

  TaskDocument started(long sequence, Instant occurredAt) {
    return with(
        new Progress(TaskStatus.IN_PROGRESS, overdue, null, deletedAt), sequence, occurredAt);
  }

  TaskDocument completed(long sequence, Instant occurredAt) {
    return with(new Progress(TaskStatus.DONE, false, occurredAt, deletedAt), sequence, occurredAt);
  }

  TaskDocument reopened(long sequence, Instant occurredAt) {
    return with(new Progress(TaskStatus.OPEN, false, null, deletedAt), sequence, occurredAt);
  }

  TaskDocument deleted(long sequence, Instant occurredAt) {
    return with(new Progress(status, false, completedAt, occurredAt), sequence, occurredAt);
  }

  TaskDocument restored(long sequence, Instant occurredAt) {
    return with(new Progress(status, false, completedAt, null), sequence, occurredAt);
  }

  TaskDocument markedOverdue(long sequence, Instant occurredAt) {
    return with(new Progress(status, true, completedAt, deletedAt), sequence, occurredAt);
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
    Values values = new Values(title, description, priority, dueAt, tags);
    return of(id, owner, values, progress, sequence, createdAt, occurredAt);
  }

  private static TaskDocument of(
      String id,
      String owner,
      Values values,
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

  /** What a user can set. */
  record Values(
      String title, String description, TaskPriority priority, Instant dueAt, List<String> tags) {}

  private record Progress(
      TaskStatus status, boolean overdue, Instant completedAt, Instant deletedAt) {}
}
