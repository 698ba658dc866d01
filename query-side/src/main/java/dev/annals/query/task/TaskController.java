package dev.annals.query.task;

import dev.annals.api.AttachmentView;
import dev.annals.api.Feature;
import dev.annals.api.TaskView;
import dev.annals.base.problem.Refusal;
import dev.annals.events.task.TaskEvent;
import dev.annals.eventstore.flag.Flags;
import dev.annals.http.security.Caller;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.resource.ResourceController;
import dev.annals.projection.resource.ResourceServices;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads the caller's tasks. */
@RestController
@Tag(name = "Tasks", description = "The tasks of the caller.")
@RequestMapping(path = "/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
class TaskController extends ResourceController<TaskEvent, TaskDocument, TaskView, TaskQuery> {

  private final Flags flags;

  TaskController(ReadModel<TaskDocument> tasks, ResourceServices services, Flags flags) {
    super(TaskProjection.TASKS, tasks, services);
    this.flags = flags;
  }

  @Override
  protected void check(TaskQuery query, UUID user) {
    flags.requireEnabled(Feature.SORTING, query.sort(), user);
  }

  /**
   * Lists the attachments of a task, in the order in which they were added. The list is empty for a
   * task without any.
   */
  @GetMapping("/{id}/attachments")
  List<AttachmentView> attachments(
      ConsistencyTokens changes, @PathVariable UUID id, Caller caller) {
    if (!flags.isOn(Feature.ATTACHMENTS, caller.userId())) {
      throw Refusal.notFound();
    }
    return find(changes, id, caller.userId()).state().attachments();
  }
}
