package dev.annals.command.notification;

import dev.annals.base.problem.Refusal;
import dev.annals.command.notification.Inbox.ReadAllNotifications;
import dev.annals.command.notification.Notification.ReadNotification;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.task.TaskEvent;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.http.security.Caller;
import dev.annals.http.web.ChangeResponses;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Marks the notifications of the caller as read. */
@RestController
@Tag(name = "Notifications")
@ServedBy(ProcessRole.COMMANDS)
@RequestMapping("/notifications")
record NotificationController(StoredEvents events, CommandGateway commands) {

  /**
   * Marks a notification as read, on every device. A notification that is read already stays so.
   */
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @PostMapping("/{id}/read")
  ResponseEntity<Void> read(@PathVariable UUID id, Caller caller) {
    DomainEventMessage<?> notified =
        events
            .find(id)
            .filter(event -> caller.userId().equals(owner(event.getPayload())))
            .orElseThrow(Refusal::notFound);
    UUID resource = UUID.fromString(notified.getAggregateIdentifier());
    try {
      commands.sendAndWait(
          new ReadNotification(id, caller.userId(), resource, notified.getSequenceNumber()));
    } catch (AggregateStreamCreationException overtaken) {
      // A concurrent request has read it.
    }
    return ChangeResponses.noContent(
        ConsistencyToken.of(ConsistencyToken.READING, resource, notified.getSequenceNumber()));
  }

  /** Marks all notifications of the caller as read, on every device. Later ones are unread. */
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @PostMapping("/read-all")
  ResponseEntity<Void> readAll(Caller caller) {
    return ChangeResponses.noContent(
        ConsistencyToken.of(ConsistencyToken.INBOX, caller.userId(), readAll(caller.userId())));
  }

  private long readAll(UUID userId) {
    ReadAllNotifications command = new ReadAllNotifications(userId);
    try {
      return commands.sendAndWait(command);
    } catch (AggregateStreamCreationException overtaken) {
      // A concurrent request has created the inbox.
      return commands.sendAndWait(command);
    }
  }

  /** Returns the owner of the event's notification; null for an event without one. */
  private static UUID owner(Object event) {
    if (event instanceof NoteEvent note) {
      return note.ownerId();
    }
    return event instanceof TaskEvent task ? task.ownerId() : null;
  }
}
