package dev.annals.benchmark.axon;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class NoteController {

  private final CommandGateway commands;

  NoteController(CommandGateway commands) {
    this.commands = commands;
  }

  record Body(
      @NotBlank @Size(max = 200) String title,
      @NotNull @Size(max = 100_000) String content,
      @NotNull @Size(max = 20) List<@NotBlank @Size(max = 50) String> tags) {}

  @PostMapping("/notes")
  ResponseEntity<Map<String, Object>> create(
      @RequestBody @Valid Body body, @AuthenticationPrincipal Jwt caller) {
    String id = UUID.randomUUID().toString();
    commands.sendAndWait(
        new CreateNote(id, caller.getSubject(), body.title(), body.content(), body.tags()));
    return ResponseEntity.created(URI.create("/notes/" + id)).body(note(id, body));
  }

  @PutMapping("/notes/{id}")
  ResponseEntity<Map<String, Object>> update(
      @PathVariable String id, @RequestBody @Valid Body body, @AuthenticationPrincipal Jwt caller) {
    commands.sendAndWait(
        new UpdateNote(id, caller.getSubject(), body.title(), body.content(), body.tags()));
    return ResponseEntity.ok(note(id, body));
  }

  private static Map<String, Object> note(String id, Body body) {
    return Map.of("id", id, "title", body.title(), "content", body.content(), "tags", body.tags());
  }
}
