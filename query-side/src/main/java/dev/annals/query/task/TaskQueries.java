package dev.annals.query.task;

import com.mongodb.client.model.Sorts;
import dev.annals.api.TaskView;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.query.model.ReadModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bson.conversions.Bson;
import org.springframework.stereotype.Component;

/** Answers what is asked about tasks. */
@Component
class TaskQueries {

  /** What lists can be sorted by. */
  static final Set<String> SORTABLE =
      Set.of("title", "createdAt", "updatedAt", "dueAt", "priority");

  /** The order when none is asked for. */
  static final Paging.Order USUAL = Paging.Order.descending("createdAt");

  private final ReadModel<TaskDocument> tasks;

  TaskQueries(ReadModel<TaskDocument> tasks) {
    this.tasks = tasks;
  }

  /** The owner's task of that id, unless it is in the trash. */
  Optional<TaskView> find(UUID owner, UUID id) {
    return tasks
        .find(id)
        .filter(task -> task.owner().equals(owner.toString()) && !task.deleted())
        .map(TaskDocument::view);
  }

  /** Which generation is read, see {@link ReadModel#generation()}. */
  String generation() {
    return tasks.generation();
  }

  /** Returns once these versions can be read, see {@link ConsistencyTokens#await}. */
  void await(ConsistencyTokens changes, Map<UUID, Long> versions) {
    changes.await(() -> tasks.shown(versions));
  }

  Page<TaskView> list(TaskFilter filter, Paging paging) {
    return filter
        .selection()
        .listed(() -> tasks.page(filter.toBson(), sort(paging), paging))
        .map(TaskDocument::view);
  }

  static List<Bson> sort(Paging paging) {
    return paging.orders().stream().flatMap(order -> fields(order).stream()).toList();
  }

  private static List<Bson> fields(Paging.Order order) {
    return switch (order.property()) {
      case "title" -> List.of(by("titleKey", order));
      case "priority" -> List.of(by("priorityRank", order));
      case "dueAt" -> List.of(Sorts.ascending("noDueAt"), by("dueAt", order));
      default -> List.of(by(order.property(), order));
    };
  }

  private static Bson by(String field, Paging.Order order) {
    return order.descending() ? Sorts.descending(field) : Sorts.ascending(field);
  }
}
