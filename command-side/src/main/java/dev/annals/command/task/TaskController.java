package dev.annals.command.task;

import dev.annals.api.ChangeKind;
import dev.annals.api.TaskStatus;
import dev.annals.api.TaskView;
import dev.annals.base.problem.Problem;
import dev.annals.command.CommandProblem;
import dev.annals.command.RefusesCommand;
import dev.annals.command.RevertRequest;
import dev.annals.command.limit.Policy;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskPriority;
import dev.annals.events.task.TaskValues;
import dev.annals.eventstore.aggregate.IdempotentCreation;
import dev.annals.http.json.CanBeAbsent;
import dev.annals.http.json.CanBeNull;
import dev.annals.http.limit.Limits;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.validation.Tags;
import dev.annals.http.validation.Text;
import dev.annals.http.web.ChangeResponses;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.IdempotencyKey;
import dev.annals.http.web.IfMatch;
import dev.annals.http.web.NameBasedUuids;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import jakarta.validation.valueextraction.Unwrapping;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Changes the tasks of the caller. */
@RestController
@Tag(name = "Tasks")
@ServedBy(ProcessRole.COMMANDS)
@RequestMapping(path = "/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
record TaskController(CommandGateway commands, IdempotentCreation creation, Limits limits) {

  /** In minutes: some 69 days. */
  private static final int MAX_ESTIMATE = 100_000;

  record NewTask(
      @Text(min = 1, max = 200, line = true) String title,
      @CanBeAbsent @Text(max = 10_000) String description,
      @CanBeAbsent TaskPriority priority,
      @CanBeAbsent @CanBeNull Instant dueAt,
      @CanBeAbsent @Tags List<String> tags,
      @CanBeAbsent @CanBeNull @Min(1) @Max(MAX_ESTIMATE) Integer estimate) {

    NewTask {
      description = description == null ? "" : description;
      priority = priority == null ? TaskPriority.NORMAL : priority;
      tags = tags == null ? List.of() : tags;
    }

    TaskValues values() {
      return new TaskValues(title, description, priority, dueAt, tags, estimate);
    }
  }

  record NewTasks(@Size(min = 1, max = 100) List<NewTask> tasks) {}

  record CreatedTasks(List<TaskView> tasks) {}

  record TaskUpdate(
      @Text(min = 1, max = 200, line = true) String title,
      @Text(max = 10_000) String description,
      TaskPriority priority,
      @CanBeNull Instant dueAt,
      @Tags List<String> tags,
      @CanBeAbsent
          @CanBeNull
          @Min(value = 1, payload = Unwrapping.Unwrap.class)
          @Max(value = MAX_ESTIMATE, payload = Unwrapping.Unwrap.class)
          Optional<Integer> estimate) {

    TaskValues values() {
      Integer minutes = keepsEstimate() ? null : estimate.orElse(null);
      return new TaskValues(title, description, priority, dueAt, tags, minutes);
    }

    private boolean keepsEstimate() {
      return estimate == null;
    }
  }

  /** Creates a task. It counts towards the daily limit of the caller. */
  @Refuses(Problem.QUOTA_EXCEEDED)
  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<TaskView> create(@RequestBody NewTask body, IdempotencyKey key, Caller caller) {
    UUID id = IdempotentCreation.id(caller.userId(), "/tasks", key);
    TaskView task =
        creation.create(
            key,
            caller.userId(),
            id,
            body,
            new TaskCommand.CreateTask(id, caller.userId(), body.values()),
            this::original,
            work -> limits.spendOnSuccess(Policy.TASKS_PER_DAY, caller.userId(), 1, work));
    return ChangeResponses.created(URI.create("/tasks/" + id), token(id, task.version()), task);
  }

  /**
   * Creates up to 100 tasks, all or none. One invalid task refuses the whole batch. Each task
   * counts towards the daily limit of the caller.
   */
  @Refuses(Problem.QUOTA_EXCEEDED)
  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(path = "/bulk", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<CreatedTasks> createMany(
      @RequestBody NewTasks body, IdempotencyKey key, Caller caller) {
    UUID batch = IdempotentCreation.id(caller.userId(), "/tasks/bulk", key);
    List<TaskCommand.CreateTask> wanted = new ArrayList<>();
    for (NewTask task : body.tasks()) {
      UUID id = NameBasedUuids.item(batch, wanted.size());
      wanted.add(new TaskCommand.CreateTask(id, caller.userId(), task.values()));
    }
    List<TaskView> tasks =
        creation.create(
            key,
            caller.userId(),
            wanted.get(0).taskId(),
            body,
            new TaskCommand.CreateTasks(wanted),
            first -> wanted.stream().map(task -> original(task.taskId())).toList(),
            work ->
                limits.spendOnSuccess(Policy.TASKS_PER_DAY, caller.userId(), wanted.size(), work));
    return ChangeResponses.createdMany(
        ConsistencyToken.ofBatch(ChangeKind.TASK, batch, tasks.size()), new CreatedTasks(tasks));
  }

  /**
   * Replaces the values of a task. An absent estimate stays as it is. A due time that is null or in
   * the future clears the overdue mark.
   */
  @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<TaskView> update(
      @RequestBody TaskUpdate body, IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(
        commands.sendAndWait(
            new TaskCommand.UpdateTask(
                id, caller.userId(), ifMatch, body.values(), body.keepsEstimate())));
  }

  /** Starts an open task. The status becomes {@code IN_PROGRESS}. */
  @PostMapping("/{id}/start")
  @RefusesCommand(CommandProblem.INVALID_TRANSITION)
  ResponseEntity<TaskView> start(IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(commands.sendAndWait(new TaskCommand.StartTask(id, caller.userId(), ifMatch)));
  }

  /** Completes a task. The status becomes {@code DONE}, and the overdue mark is cleared. */
  @PostMapping("/{id}/complete")
  @RefusesCommand(CommandProblem.INVALID_TRANSITION)
  ResponseEntity<TaskView> complete(IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(commands.sendAndWait(new TaskCommand.CompleteTask(id, caller.userId(), ifMatch)));
  }

  /** Opens a completed task again. The status becomes {@code OPEN}. */
  @PostMapping("/{id}/reopen")
  @RefusesCommand(CommandProblem.INVALID_TRANSITION)
  ResponseEntity<TaskView> reopen(IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(commands.sendAndWait(new TaskCommand.ReopenTask(id, caller.userId(), ifMatch)));
  }

  /**
   * Moves a task to the trash. It can be restored from there; until then it refuses every other
   * change.
   */
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @DeleteMapping(path = "/{id}", produces = MediaType.ALL_VALUE)
  ResponseEntity<Void> delete(IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    long version = commands.sendAndWait(new TaskCommand.DeleteTask(id, caller.userId(), ifMatch));
    return ChangeResponses.noContent(token(id, version));
  }

  /**
   * Sets a task to the values of an earlier version. This makes a new version; status and
   * attachments stay as they are.
   */
  @PostMapping(path = "/{id}/revert", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<TaskView> revert(
      @RequestBody RevertRequest body, IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(
        commands.sendAndWait(
            new TaskCommand.RevertTask(id, caller.userId(), ifMatch, body.version())));
  }

  /** Restores a task from the trash. Its values are those before it was deleted. */
  @PostMapping("/{id}/restore")
  @Refuses(Problem.NOT_DELETED)
  ResponseEntity<TaskView> restore(IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(commands.sendAndWait(new TaskCommand.RestoreTask(id, caller.userId(), ifMatch)));
  }

  private static ResponseEntity<TaskView> ok(TaskView task) {
    return ChangeResponses.ok(token(UUID.fromString(task.id()), task.version()), task);
  }

  private TaskView original(UUID id) {
    return original(creation.firstEvent(id).orElseThrow());
  }

  private TaskView original(DomainEventMessage<?> event) {
    TaskCreated created = (TaskCreated) event.getPayload();
    Instant at = event.getTimestamp();
    return new TaskView(
        created.taskId().toString(),
        created.values(),
        TaskStatus.OPEN,
        false,
        List.of(),
        0,
        at,
        at,
        null,
        null);
  }

  private static ConsistencyToken token(UUID id, long version) {
    return ConsistencyToken.of(ChangeKind.TASK, id, version);
  }
}
