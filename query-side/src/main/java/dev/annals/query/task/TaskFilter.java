package dev.annals.query.task;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.lt;

import dev.annals.api.TaskStatus;
import dev.annals.events.task.TaskPriority;
import dev.annals.platform.web.QueryParameters;
import dev.annals.query.model.Selection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.conversions.Bson;

/**
 * Which tasks a list is about.
 *
 * @param dueBefore takes only tasks with a {@code dueAt}, which is before it
 * @param dueAfter takes only tasks with a {@code dueAt}, which is after it
 */
record TaskFilter(
    Selection selection,
    Optional<TaskStatus> status,
    Optional<TaskPriority> priority,
    Optional<Boolean> overdue,
    Optional<Instant> dueBefore,
    Optional<Instant> dueAfter) {

  /** Reads it; the caller has what is wrong refused. */
  static TaskFilter read(UUID owner, QueryParameters parameters) {
    return new TaskFilter(
        Selection.read(owner, parameters),
        parameters.choice("status", TaskStatus.class),
        parameters.choice("priority", TaskPriority.class),
        parameters.flag("overdue"),
        parameters.instant("dueBefore"),
        parameters.instant("dueAfter"));
  }

  Bson toBson() {
    List<Bson> further = new ArrayList<>();
    status.ifPresent(it -> further.add(eq("status", it.name())));
    // By rank, which the index of the order by priority has.
    priority.ifPresent(it -> further.add(eq("priorityRank", TaskDocument.rank(it))));
    overdue.ifPresent(it -> further.add(eq("overdue", it)));
    if (dueBefore.isPresent() || dueAfter.isPresent()) {
      further.add(eq("noDueAt", false));
    }
    dueBefore.ifPresent(it -> further.add(lt("dueAt", it)));
    dueAfter.ifPresent(it -> further.add(gt("dueAt", it)));
    return selection.filter(further.toArray(Bson[]::new));
  }
}
