package dev.annals.query.task;

import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Access;
import dev.annals.platform.security.Caller;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.platform.web.QueryParameters;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads the caller's tasks. */
@RestController
@RequestMapping("/tasks")
@Access(Access.To.USER)
class TaskController {

  private final TaskQueries tasks;

  TaskController(TaskQueries tasks) {
    this.tasks = tasks;
  }

  @GetMapping
  Page<TaskView> list(QueryParameters parameters, @AuthenticationPrincipal Caller caller) {
    TaskFilter filter = TaskFilter.read(caller.userId(), parameters);
    Paging paging = parameters.paging(TaskQueries.USUAL, TaskQueries.SORTABLE);
    parameters.refuseIfInvalid();
    return tasks.list(filter, paging);
  }

  @GetMapping("/{id}")
  ResponseEntity<TaskView> get(@PathVariable UUID id, @AuthenticationPrincipal Caller caller) {
    TaskView task = tasks.find(caller.userId(), id).orElseThrow(Refusal::notFound);
    return ResponseEntity.ok().eTag(Long.toString(task.version())).body(task);
  }
}
