package dev.annals.command.note;

import dev.annals.api.ChangeKind;
import dev.annals.api.NoteView;
import dev.annals.base.problem.Problem;
import dev.annals.command.RevertRequest;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteValues;
import dev.annals.eventstore.aggregate.IdempotentCreation;
import dev.annals.http.json.CanBeAbsent;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.validation.Tags;
import dev.annals.http.validation.Text;
import dev.annals.http.web.ChangeResponses;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.IdempotencyKey;
import dev.annals.http.web.IfMatch;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
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

/** Changes the notes of the caller. */
@RestController
@Tag(name = "Notes")
@ServedBy(ProcessRole.COMMANDS)
@RequestMapping(path = "/notes", produces = MediaType.APPLICATION_JSON_VALUE)
record NoteController(CommandGateway commands, IdempotentCreation creation) {

  record NewNote(
      @Text(min = 1, max = 200, line = true) String title,
      @CanBeAbsent @Text(max = 100_000) String content,
      @CanBeAbsent @Tags List<String> tags) {

    NewNote {
      content = content == null ? "" : content;
      tags = tags == null ? List.of() : tags;
    }

    NoteValues values() {
      return new NoteValues(title, content, tags);
    }
  }

  record NoteUpdate(
      @Text(min = 1, max = 200, line = true) String title,
      @Text(max = 100_000) String content,
      @Tags List<String> tags) {

    NoteValues values() {
      return new NoteValues(title, content, tags);
    }
  }

  /** Creates a note. Absent content is empty, and absent tags are none. */
  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<NoteView> create(@RequestBody NewNote body, IdempotencyKey key, Caller caller) {
    UUID id = IdempotentCreation.id(caller.userId(), "/notes", key);
    NoteCommand.CreateNote command = new NoteCommand.CreateNote(id, caller.userId(), body.values());
    NoteView note =
        creation.create(
            key, caller.userId(), id, body, command, NoteController::original, Supplier::get);
    return ChangeResponses.created(URI.create("/notes/" + id), token(id, note.version()), note);
  }

  /** Replaces the values of a note. The body has all of them. */
  @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<NoteView> update(
      @RequestBody NoteUpdate body, IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(
        commands.sendAndWait(
            new NoteCommand.UpdateNote(id, caller.userId(), ifMatch, body.values())));
  }

  /**
   * Moves a note to the trash. It can be restored from there; until then it refuses every other
   * change.
   */
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @DeleteMapping(path = "/{id}", produces = MediaType.ALL_VALUE)
  ResponseEntity<Void> delete(IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    long version = commands.sendAndWait(new NoteCommand.DeleteNote(id, caller.userId(), ifMatch));
    return ChangeResponses.noContent(token(id, version));
  }

  /** Sets a note to the values of an earlier version. This makes a new version. */
  @PostMapping(path = "/{id}/revert", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<NoteView> revert(
      @RequestBody RevertRequest body, IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(
        commands.sendAndWait(
            new NoteCommand.RevertNote(id, caller.userId(), ifMatch, body.version())));
  }

  /** Restores a note from the trash. Its values are those before it was deleted. */
  @PostMapping("/{id}/restore")
  @Refuses(Problem.NOT_DELETED)
  ResponseEntity<NoteView> restore(IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(commands.sendAndWait(new NoteCommand.RestoreNote(id, caller.userId(), ifMatch)));
  }

  private static NoteView original(DomainEventMessage<?> event) {
    NoteCreated created = (NoteCreated) event.getPayload();
    Instant at = event.getTimestamp();
    return new NoteView(created.noteId().toString(), created.values(), 0, at, at, null);
  }

  private static ResponseEntity<NoteView> ok(NoteView note) {
    return ChangeResponses.ok(token(UUID.fromString(note.id()), note.version()), note);
  }

  private static ConsistencyToken token(UUID id, long version) {
    return ConsistencyToken.of(ChangeKind.NOTE, id, version);
  }
}
