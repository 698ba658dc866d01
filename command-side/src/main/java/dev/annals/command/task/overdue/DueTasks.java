package dev.annals.command.task.overdue;

import dev.annals.events.identity.UserErased;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskReverted;
import dev.annals.events.task.TaskUpdated;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.Timestamp;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * A table of the tasks that have a due time, some milliseconds behind the events. It keeps tasks
 * that are done or in the trash, since the events that bring them back do not name the due time.
 */
@Component
@ProcessingGroup("due-tasks")
@DisallowReplay
public record DueTasks(JdbcClient jdbc) {

  /** A task and its due time. */
  public record DueTask(UUID taskId, Instant dueAt) {

    /** Sorts before all others. */
    static final DueTask NONE = new DueTask(new UUID(0, 0), Instant.parse("-4000-01-01T00:00:00Z"));
  }

  /**
   * Returns a page of the open tasks that are due before a time and not marked overdue.
   *
   * @param after the last task of the page before
   */
  List<DueTask> unmarked(Instant dueBefore, DueTask after, int max) {
    return jdbc.sql(
            """
            select task_id, due_at from events.due_task
            where not done and not deleted and not overdue
              and due_at < ? and (due_at, task_id) > (?, ?)
            order by due_at, task_id
            limit ?
            """)
        .params(utc(dueBefore), utc(after.dueAt()), after.taskId(), max)
        .query(DueTasks::read)
        .list();
  }

  /** Returns a user's first open tasks that are due before a time. */
  public List<DueTask> open(UUID owner, Instant dueBefore, int max) {
    return jdbc.sql(
            """
            select task_id, due_at from events.due_task
            where not done and not deleted and owner_id = ? and due_at < ?
            order by due_at, task_id
            limit ?
            """)
        .params(owner, utc(dueBefore), max)
        .query(DueTasks::read)
        .list();
  }

  /** Returns the number of a user's open tasks that are due before a time. */
  public int countOpen(UUID owner, Instant dueBefore) {
    return jdbc.sql(
            """
            select count(*) from events.due_task
            where not done and not deleted and owner_id = ? and due_at < ?
            """)
        .params(owner, utc(dueBefore))
        .query(Integer.class)
        .single();
  }

  @EventHandler
  void on(TaskCreated event) {
    if (event.values().dueAt() != null) {
      isDue(event.taskId(), event.ownerId(), event.values().dueAt(), false);
    }
  }

  @EventHandler
  void on(TaskUpdated event, @Timestamp Instant at) {
    set(event.taskId(), event.ownerId(), event.values().dueAt(), at);
  }

  @EventHandler
  void on(TaskReverted event, @Timestamp Instant at) {
    set(event.taskId(), event.ownerId(), event.values().dueAt(), at);
  }

  /** Inserts a task without a due time, too: it may get one later. */
  @EventHandler
  void on(TaskCompleted event) {
    jdbc.sql(
            """
            insert into events.due_task (task_id, owner_id, done) values (?, ?, true)
            on conflict (task_id) do update set done = true, overdue = false
            """)
        .params(event.taskId(), event.ownerId())
        .update();
  }

  @EventHandler
  void on(TaskReopened event) {
    set("done = false", event.taskId());
  }

  @EventHandler
  void on(TaskDeleted event) {
    set("deleted = true, overdue = false", event.taskId());
  }

  @EventHandler
  void on(TaskRestored event) {
    set("deleted = false", event.taskId());
  }

  @EventHandler
  void on(TaskMarkedOverdue event) {
    set("overdue = true", event.taskId());
  }

  @EventHandler
  void on(UserErased event) {
    jdbc.sql("delete from events.due_task where owner_id = ?").param(event.userId()).update();
  }

  private void set(UUID task, UUID owner, Instant dueAt, Instant at) {
    if (dueAt != null) {
      isDue(task, owner, dueAt, !dueAt.isAfter(at));
    } else {
      set("due_at = null, overdue = false", task);
    }
  }

  /**
   * Sets the due time of a task.
   *
   * @param keepsItsMark whether a task that is marked overdue stays marked
   */
  private void isDue(UUID task, UUID owner, Instant dueAt, boolean keepsItsMark) {
    jdbc.sql(
            """
            insert into events.due_task (task_id, owner_id, due_at) values (?, ?, ?)
            on conflict (task_id) do update
            set due_at = excluded.due_at, overdue = due_task.overdue and ?
            """)
        .params(task, owner, utc(dueAt), keepsItsMark)
        .update();
  }

  private void set(String change, UUID task) {
    jdbc.sql("update events.due_task set " + change + " where task_id = ?").param(task).update();
  }

  @SuppressWarnings("UnusedVariable") // JdbcClient counts the rows.
  private static DueTask read(ResultSet row, int number) throws SQLException {
    return new DueTask(
        row.getObject("task_id", UUID.class),
        row.getObject("due_at", OffsetDateTime.class).toInstant());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
