package dev.annals.command.notification;

import dev.annals.events.note.NoteEvent;
import dev.annals.events.task.TaskEvent;
import dev.annals.platform.axon.StoredEvents;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Access;
import dev.annals.platform.security.Caller;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/notifications")
@Access(Access.To.USER)
class NotificationController {

  private final StoredEvents events;
  private final CommandGateway commands;

  NotificationController(StoredEvents events, CommandGateway commands) {
    this.events = events;
    this.commands = commands;
  }

  @ResponseStatus(HttpStatus.NO_CONTENT)
  @PostMapping("/{id}/read")
  ResponseEntity<Void> read(@PathVariable("id") UUID id, @AuthenticationPrincipal Caller caller) {
    DomainEventMessage<?> told =
        events
            .find(id)
            .filter(event -> caller.userId().equals(owner(event.getPayload())))
            .orElseThrow(Refusal::notFound);
    commands.sendAndWait(
        new ReadNotification(
            id,
            caller.userId(),
            UUID.fromString(told.getAggregateIdentifier()),
            told.getSequenceNumber()));
    return ResponseEntity.noContent().build();
  }

  @ResponseStatus(HttpStatus.NO_CONTENT)
  @PostMapping("/read-all")
  ResponseEntity<Void> readAll(@AuthenticationPrincipal Caller caller) {
    commands.sendAndWait(new ReadAllNotifications(caller.userId()));
    return ResponseEntity.noContent().build();
  }

  /** Null for an event that nobody is notified of. */
  private static UUID owner(Object event) {
    if (event instanceof NoteEvent note) {
      return note.ownerId();
    }
    return event instanceof TaskEvent task ? task.ownerId() : null;
  }
}
