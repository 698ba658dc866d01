package dev.annals.query.task;

import dev.annals.api.ChangeKind;
import dev.annals.api.TaskView;
import dev.annals.events.identity.UserErased;
import dev.annals.events.task.TaskEvent;
import dev.annals.projection.model.ModelServices;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.resource.Resource;
import dev.annals.projection.resource.Sorting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.Timestamp;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/** Keeps the read model of tasks. */
@Component
@ProcessingGroup(TaskProjection.NAME)
record TaskProjection(ReadModel<TaskDocument> tasks) {

  static final String NAME = "tasks";

  /**
   * Raise it when the documents change. 2: words are folded fully. 3: tasks are sorted by estimate.
   */
  static final int VERSION = 3;

  static final Resource<TaskEvent, TaskDocument, TaskView> TASKS =
      new Resource<>(
          NAME,
          VERSION,
          ChangeKind.TASK,
          "Task",
          TaskEvent.class,
          TaskDocument.class,
          TaskDocument::after,
          TaskDocument::view,
          new Sorting(
              Map.of(
                  "title", List.of("titleKey"),
                  "createdAt", List.of("createdAt"),
                  "updatedAt", List.of("updatedAt"),
                  "dueAt", List.of("noDueAt", "dueAt"),
                  "estimate", List.of("noEstimate", "estimate"),
                  "priority", List.of("priorityRank")),
              "createdAt"),
          List.of(
              Resource.index().append("status", 1).append("createdAt", 1).append("_id", 1),
              Resource.index().append("overdue", 1).append("createdAt", 1).append("_id", 1)));

  @Bean
  static Resource<TaskEvent, TaskDocument, TaskView> taskResource() {
    return TASKS;
  }

  @Bean
  static ReadModel<TaskDocument> tasks(ModelServices services) {
    return TASKS.readModel(services);
  }

  @EventHandler
  void on(TaskEvent event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    tasks
        .writer()
        .change(
            event.taskId(),
            event.ownerId(),
            sequence,
            task -> TaskDocument.after(task, event, sequence, occurredAt));
  }

  @EventHandler
  void on(UserErased event) {
    tasks.writer().drop(event.userId());
  }
}
