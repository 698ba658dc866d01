package dev.annals.query.task;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.lt;

import dev.annals.api.TaskStatus;
import dev.annals.events.task.TaskPriority;
import dev.annals.platform.web.QueryParameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Reads the parameters of a list that only tasks have. */
final class TaskFilter {

  private TaskFilter() {}

  /** Returns the conditions, and rejects values that are not allowed. */
  static List<Bson> conditions(QueryParameters parameters) {
    List<Bson> conditions = new ArrayList<>();
    parameters
        .choice("status", TaskStatus.class)
        .ifPresent(it -> conditions.add(eq("status", it.name())));
    // The index for the order by priority has the rank.
    parameters
        .choice("priority", TaskPriority.class)
        .ifPresent(it -> conditions.add(eq("priorityRank", TaskDocument.rank(it))));
    parameters.flag("overdue").ifPresent(it -> conditions.add(eq("overdue", it)));
    Optional<Instant> before = parameters.instant("dueBefore");
    Optional<Instant> after = parameters.instant("dueAfter");
    if (before.isPresent() || after.isPresent()) {
      conditions.add(eq("noDueAt", false));
    }
    before.ifPresent(it -> conditions.add(lt("dueAt", it)));
    after.ifPresent(it -> conditions.add(gt("dueAt", it)));
    return conditions;
  }
}
