package dev.annals.command.note;

import dev.annals.platform.json.CanBeAbsent;
import dev.annals.platform.openapi.Refuses;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.security.Access;
import dev.annals.platform.security.Caller;
import dev.annals.platform.validation.Tags;
import dev.annals.platform.validation.Text;
import dev.annals.platform.web.IfMatch;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/notes", produces = MediaType.APPLICATION_JSON_VALUE)
@Access(Access.To.USER)
class NoteController {

  private final CommandGateway commands;

  NoteController(CommandGateway commands) {
    this.commands = commands;
  }

  record NewNote(
      @Text(min = 1, max = 200, blank = false) String title,
      @CanBeAbsent @Text(max = 100_000) String content,
      @CanBeAbsent @Tags List<String> tags) {

    NewNote {
      content = content == null ? "" : content;
      tags = tags == null ? List.of() : tags;
    }
  }

  record NoteUpdate(
      @Text(min = 1, max = 200, blank = false) String title,
      @Text(max = 100_000) String content,
      @Tags List<String> tags) {}

  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<NoteDetails> create(
      @RequestBody NewNote body, @AuthenticationPrincipal Caller caller) {
    NoteDetails note =
        commands.sendAndWait(
            new CreateNote(
                UUID.randomUUID(), caller.userId(), body.title(), body.content(), body.tags()));
    return ResponseEntity.created(URI.create("/notes/" + note.id())).eTag(etag(note)).body(note);
  }

  @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<NoteDetails> update(
      @RequestBody NoteUpdate body,
      IfMatch ifMatch,
      @PathVariable("id") UUID id,
      @AuthenticationPrincipal Caller caller) {
    return ok(
        commands.sendAndWait(
            new UpdateNote(
                id, caller.userId(), ifMatch, body.title(), body.content(), body.tags())));
  }

  @ResponseStatus(HttpStatus.NO_CONTENT)
  @DeleteMapping(path = "/{id}", produces = MediaType.ALL_VALUE)
  ResponseEntity<Void> delete(
      IfMatch ifMatch, @PathVariable("id") UUID id, @AuthenticationPrincipal Caller caller) {
    commands.sendAndWait(new DeleteNote(id, caller.userId(), ifMatch));
    return ResponseEntity.noContent().build();
  }

  @PostMapping("/{id}/restore")
  @Refuses(Problem.NOT_DELETED)
  ResponseEntity<NoteDetails> restore(
      IfMatch ifMatch, @PathVariable("id") UUID id, @AuthenticationPrincipal Caller caller) {
    return ok(commands.sendAndWait(new RestoreNote(id, caller.userId(), ifMatch)));
  }

  private static ResponseEntity<NoteDetails> ok(NoteDetails note) {
    return ResponseEntity.ok().eTag(etag(note)).body(note);
  }

  private static String etag(NoteDetails note) {
    return "\"" + note.version() + "\"";
  }
}
