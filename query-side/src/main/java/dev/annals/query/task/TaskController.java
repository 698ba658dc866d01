package dev.annals.query.task;

import dev.annals.api.AttachmentView;
import dev.annals.api.TaskStatus;
import dev.annals.api.TaskView;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskPriority;
import dev.annals.platform.flag.Flag;
import dev.annals.platform.flag.Flags;
import dev.annals.platform.openapi.Refuses;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Access;
import dev.annals.platform.security.Caller;
import dev.annals.platform.web.ConsistencyToken;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.LargeResponses;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.platform.web.QueryParameters;
import dev.annals.query.history.History;
import dev.annals.query.history.HistoryEntry;
import dev.annals.query.history.PointInTime;
import dev.annals.query.history.PointInTimeParameters;
import dev.annals.query.model.CachedPages;
import dev.annals.query.model.PageParameters;
import dev.annals.query.model.SelectionParameters;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final CachedPages<TaskView> pages;
  private final History<TaskEvent, TaskDocument> history;
  private final Flags flags;
  private final LargeResponses answers;

  TaskController(
      TaskQueries tasks,
      CachedPages<TaskView> pages,
      History<TaskEvent, TaskDocument> history,
      Flags flags,
      LargeResponses answers) {
    this.tasks = tasks;
    this.pages = pages;
    this.history = history;
    this.flags = flags;
    this.answers = answers;
  }

  @GetMapping
  @SelectionParameters
  @Refuses({Problem.FEATURE_DISABLED, Problem.TOO_MANY_REQUESTS})
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
  ResponseEntity<Page<TaskView>> list(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @AuthenticationPrincipal Caller caller) {
    TaskFilter filter = TaskFilter.read(caller.userId(), parameters);
    Paging paging = parameters.paging(TaskQueries.USUAL, TaskQueries.SORTABLE);
    parameters.refuseIfInvalid();
    flags.requireSortingEnabled(parameters, caller.userId());
    Map<UUID, Long> versions = changes.versions(ConsistencyToken.TASK);
    tasks.await(changes, versions);
    return pages
        .find(
            caller.userId(),
            List.of(filter, paging, tasks.generation()),
            !versions.isEmpty(),
            () -> {
              answers.begin(caller.userId());
              return answers.reserveFor(
                  caller.userId(),
                  answers.read(LargeResponses.LIST_BYTES, () -> tasks.list(filter, paging)));
            })
        .response();
  }

  /** As it is; or, also if it is in the trash, as it was. */
  @GetMapping("/{id}")
  @PointInTimeParameters
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  ResponseEntity<TaskView> get(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @PathVariable UUID id,
      @AuthenticationPrincipal Caller caller) {
    Optional<PointInTime> moment = PointInTime.read(parameters);
    parameters.refuseIfInvalid();
    if (moment.isPresent()) {
      answers.begin(caller.userId());
      TaskView then =
          answers
              .read(
                  LargeResponses.HISTORY_BYTES, () -> history.at(caller.userId(), id, moment.get()))
              .map(TaskDocument::view)
              .orElseThrow(Refusal::notFound);
      return moment.get().answer(then.version(), then);
    }
    TaskView task = find(changes, id, caller);
    return ResponseEntity.ok().eTag(Long.toString(task.version())).body(task);
  }

  @GetMapping("/{id}/attachments")
  List<AttachmentView> attachments(
      ConsistencyTokens changes, @PathVariable UUID id, @AuthenticationPrincipal Caller caller) {
    if (!flags.isOn(Flag.ATTACHMENTS, caller.userId())) {
      throw Refusal.notFound();
    }
    return find(changes, id, caller).attachments();
  }

  private TaskView find(ConsistencyTokens changes, UUID id, Caller caller) {
    Map<UUID, Long> versions = changes.versions(ConsistencyToken.TASK);
    versions.keySet().retainAll(Set.of(id));
    tasks.await(changes, versions);
    return tasks.find(caller.userId(), id).orElseThrow(Refusal::notFound);
  }

  /** What happened to it, the newest first; also if it is in the trash. */
  @GetMapping("/{id}/history")
  @PageParameters
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  @SuppressWarnings("UnusedVariable") // What is read here has every change, at once.
  Page<HistoryEntry> history(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @PathVariable UUID id,
      @AuthenticationPrincipal Caller caller) {
    Paging paging = parameters.paging(Paging.Order.descending("version"));
    parameters.refuseIfInvalid();
    answers.begin(caller.userId());
    return answers.reserveFor(
        caller.userId(),
        answers
            .read(LargeResponses.HISTORY_BYTES, () -> history.page(caller.userId(), id, paging))
            .orElseThrow(Refusal::notFound));
  }
}
