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
import dev.annals.projection.list.CodePointOrder;
import dev.annals.projection.list.SearchWords;
import dev.annals.projection.resource.ResourceDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.codecs.pojo.annotations.BsonId;
import org.jspecify.annotations.Nullable;

/**
 * A stored task. The fields of the values, of the state and of the keys are stored beside the
 * others; a field that is null is not stored.
 *
 * @param owner the id of the owner
 * @param lastSequence the version of the task
 * @param keys null until they are {@link #derived}
 */
public record TaskDocument(
    @BsonId String id,
    String owner,
    TaskValues values,
    State state,
    long lastSequence,
    Instant createdAt,
    Instant updatedAt,
    Keys keys)
    implements ResourceDocument {

  /**
   * The fields that lists filter and sort by, and no client sees.
   *
   * @param deleted whether the task is in the trash
   * @param titleKey sorts as the title does
   * @param priorityRank sorts as the priority does
   * @param noDueAt whether {@code dueAt} is null; sorted by first, it puts those tasks last
   * @param noEstimate as {@code noDueAt}, for the estimate
   * @param words the words of title and description
   */
  public record Keys(
      boolean deleted,
      String titleKey,
      int priorityRank,
      boolean noDueAt,
      boolean noEstimate,
      List<String> words) {}

  /** Returns the stored rank of a priority: the higher the priority, the greater. */
  static int rank(TaskPriority priority) {
    return switch (priority) {
      case LOW -> 0;
      case NORMAL -> 1;
      case HIGH -> 2;
      case URGENT -> 3;
    };
  }

  /**
   * Returns the task after an event: the fold of the read model and of the history.
   *
   * @param before null for the first event
   */
  static TaskDocument after(
      TaskDocument before, TaskEvent event, long sequence, Instant occurredAt) {
    if (event instanceof TaskCreated created) {
      String id = created.taskId().toString();
      String owner = created.ownerId().toString();
      return new TaskDocument(
          id, owner, created.values(), State.OPEN, sequence, occurredAt, occurredAt, null);
    }
    TaskValues values = event instanceof TaskEvent.WithValues set ? set.values() : before.values;
    State state = before.state.after(event, occurredAt);
    return new TaskDocument(
        before.id, before.owner, values, state, sequence, before.createdAt, occurredAt, null);
  }

  /**
   * The fields that events change one at a time.
   *
   * @param attachments not stored for a task that was written before there were attachments
   * @param completedAt null unless the status is {@code DONE}
   * @param deletedAt null unless the task is in the trash
   */
  public record State(
      TaskStatus status,
      boolean overdue,
      List<AttachmentView> attachments,
      Instant completedAt,
      Instant deletedAt) {

    private static final State OPEN = new State(TaskStatus.OPEN, false, List.of(), null, null);

    public State {
      attachments = attachments == null ? List.of() : attachments;
    }

    private State after(TaskEvent event, Instant occurredAt) {
      if (event instanceof TaskEvent.WithValues set) {
        Instant dueAt = set.values().dueAt();
        return withOverdue(overdue && dueAt != null && !dueAt.isAfter(occurredAt));
      } else if (event instanceof TaskStarted) {
        return withStatus(TaskStatus.IN_PROGRESS, null).withOverdue(overdue);
      } else if (event instanceof TaskCompleted) {
        return withStatus(TaskStatus.DONE, occurredAt);
      } else if (event instanceof TaskReopened) {
        return withStatus(TaskStatus.OPEN, null);
      } else if (event instanceof TaskMarkedOverdue) {
        return withOverdue(true);
      } else if (event instanceof TaskDeleted) {
        return withDeletedAt(occurredAt);
      } else if (event instanceof TaskRestored) {
        return withDeletedAt(null);
      } else if (event instanceof AttachmentAdded added) {
        List<AttachmentView> more = new ArrayList<>(attachments);
        more.add(AttachmentView.of(added, occurredAt));
        return withAttachments(more);
      } else if (event instanceof AttachmentRemoved removed) {
        String removedId = removed.attachmentId().toString();
        return withAttachments(
            attachments.stream().filter(it -> !it.id().equals(removedId)).toList());
      }
      throw new IllegalArgumentException("No step for " + event.getClass());
    }

    // A completion, a reopening, a deletion and a restoration end that the task is overdue.
    private State withStatus(TaskStatus status, @Nullable Instant completedAt) {
      return new State(status, false, attachments, completedAt, deletedAt);
    }

    private State withOverdue(boolean overdue) {
      return new State(status, overdue, attachments, completedAt, deletedAt);
    }

    private State withAttachments(List<AttachmentView> attachments) {
      return new State(status, overdue, attachments, completedAt, deletedAt);
    }

    private State withDeletedAt(@Nullable Instant deletedAt) {
      return new State(status, false, attachments, completedAt, deletedAt);
    }
  }

  @Override
  public Instant deletedAt() {
    return state.deletedAt;
  }

  @Override
  public TaskDocument at(long sequence) {
    return new TaskDocument(id, owner, values, state, sequence, createdAt, updatedAt, null);
  }

  @Override
  public TaskDocument derived() {
    Keys derived =
        new Keys(
            state.deletedAt != null,
            CodePointOrder.key(values.title()),
            rank(values.priority()),
            values.dueAt() == null,
            values.estimate() == null,
            SearchWords.of(values.title(), values.description()));
    return new TaskDocument(id, owner, values, state, lastSequence, createdAt, updatedAt, derived);
  }

  TaskView view() {
    return new TaskView(
        id,
        values,
        state.status,
        state.overdue,
        state.attachments,
        lastSequence,
        createdAt,
        updatedAt,
        state.completedAt,
        state.deletedAt);
  }
}
