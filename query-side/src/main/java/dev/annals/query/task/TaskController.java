package dev.annals.query.task;

import dev.annals.api.AttachmentView;
import dev.annals.api.TaskStatus;
import dev.annals.api.TaskView;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskPriority;
import dev.annals.platform.flag.Flag;
import dev.annals.platform.flag.Flags;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Caller;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.QueryParameters;
import dev.annals.query.model.ReadModel;
import dev.annals.query.resource.ResourceController;
import dev.annals.query.resource.ResourceServices;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads the caller's tasks. */
@RestController
@RequestMapping(path = "/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
class TaskController extends ResourceController<TaskEvent, TaskDocument, TaskView> {

  private final Flags flags;

  TaskController(ReadModel<TaskDocument> tasks, ResourceServices services) {
    super(TaskProjection.TASKS, tasks, services);
    this.flags = services.flags();
  }

  /** {@inheritDoc} */
  @Override
  @Parameter(
      name = "status",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = TaskStatus.class))
  @Parameter(
      name = "priority",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = TaskPriority.class))
  @Parameter(name = "overdue", in = ParameterIn.QUERY, schema = @Schema(type = "boolean"))
  @Parameter(
      name = "dueBefore",
      in = ParameterIn.QUERY,
      description = "Exclusive; a task without a dueAt is left out.",
      schema = @Schema(type = "string", format = "date-time"))
  @Parameter(
      name = "dueAfter",
      in = ParameterIn.QUERY,
      description = "Exclusive; a task without a dueAt is left out.",
      schema = @Schema(type = "string", format = "date-time"))
  public ResponseEntity<Page<TaskView>> list(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @AuthenticationPrincipal Caller caller) {
    return super.list(parameters, changes, caller);
  }

  @GetMapping("/{id}/attachments")
  List<AttachmentView> attachments(
      ConsistencyTokens changes, @PathVariable UUID id, @AuthenticationPrincipal Caller caller) {
    if (!flags.isOn(Flag.ATTACHMENTS, caller.userId())) {
      throw Refusal.notFound();
    }
    return find(changes, id, caller.userId()).state().attachments();
  }
}
