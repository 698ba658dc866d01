package dev.annals.query.task;

import static com.mongodb.client.model.Filters.eq;

import dev.annals.api.TaskStatus;
import dev.annals.events.task.TaskPriority;
import dev.annals.http.web.Paging;
import dev.annals.http.web.Sort;
import dev.annals.projection.list.Selection;
import dev.annals.projection.resource.ListQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The parameters of the list of tasks.
 *
 * @param dueBefore exclusive; a task without a {@code dueAt} is left out
 * @param dueAfter exclusive; a task without a {@code dueAt} is left out
 * @param sort a property and its direction; the first one has precedence
 */
record TaskQuery(
    Selection selection,
    Optional<TaskStatus> status,
    Optional<TaskPriority> priority,
    Optional<Boolean> overdue,
    Optional<Instant> dueBefore,
    Optional<Instant> dueAfter,
    Paging paging,
    @Sort.By({"title", "createdAt", "updatedAt", "dueAt", "estimate", "priority"})
        @DefaultValue("createdAt,desc")
        Sort sort)
    implements ListQuery {

  @Override
  public List<Bson> conditions() {
    List<Bson> conditions = new ArrayList<>();
    status.ifPresent(it -> conditions.add(eq("status", it.name())));
    // The index for the order by priority has the rank.
    priority.ifPresent(it -> conditions.add(eq("priorityRank", TaskDocument.rank(it))));
    overdue.ifPresent(it -> conditions.add(eq("overdue", it)));
    if (dueBefore.isPresent() || dueAfter.isPresent()) {
      conditions.add(eq("noDueAt", false));
      Document bounds = new Document();
      dueBefore.ifPresent(it -> bounds.append("$lt", it));
      dueAfter.ifPresent(it -> bounds.append("$gt", it));
      conditions.add(new Document("dueAt", bounds));
    }
    return conditions;
  }
}
