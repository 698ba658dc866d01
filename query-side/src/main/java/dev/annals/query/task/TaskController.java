package dev.annals.query.task;

import dev.annals.events.task.TaskPriority;
import dev.annals.platform.flag.Flags;
import dev.annals.platform.openapi.Refuses;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Access;
import dev.annals.platform.security.Caller;
import dev.annals.platform.web.ConsistencyToken;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.platform.web.QueryParameters;
import dev.annals.query.model.SelectionParameters;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import java.util.Set;
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
@Access(Access.To.USER)
class TaskController {

  private final TaskQueries tasks;
  private final Flags flags;

  TaskController(TaskQueries tasks, Flags flags) {
    this.tasks = tasks;
    this.flags = flags;
  }

  @GetMapping
  @SelectionParameters
  @Refuses(Problem.FEATURE_DISABLED)
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
      description = "Exclusive; leaves out what has no dueAt.",
      schema = @Schema(type = "string", format = "date-time"))
  @Parameter(
      name = "dueAfter",
      in = ParameterIn.QUERY,
      description = "Exclusive; leaves out what has no dueAt.",
      schema = @Schema(type = "string", format = "date-time"))
  Page<TaskView> list(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @AuthenticationPrincipal Caller caller) {
    TaskFilter filter = TaskFilter.read(caller.userId(), parameters);
    Paging paging = parameters.paging(TaskQueries.USUAL, TaskQueries.SORTABLE);
    parameters.refuseIfInvalid();
    flags.refuseSortWhereOff(parameters, caller.userId());
    tasks.await(changes.versions(ConsistencyToken.TASK));
    return tasks.list(filter, paging);
  }

  @GetMapping("/{id}")
  ResponseEntity<TaskView> get(
      ConsistencyTokens changes, @PathVariable UUID id, @AuthenticationPrincipal Caller caller) {
    Map<UUID, Long> versions = changes.versions(ConsistencyToken.TASK);
    versions.keySet().retainAll(Set.of(id));
    tasks.await(versions);
    TaskView task = tasks.find(caller.userId(), id).orElseThrow(Refusal::notFound);
    return ResponseEntity.ok().eTag(Long.toString(task.version())).body(task);
  }
}
