package dev.annals.command.task;

import dev.annals.events.task.AttachmentAdded;
import java.time.Instant;
import java.util.UUID;

/** A file of a task, as clients see it. */
record Attachment(
    UUID id, String fileName, String contentType, long size, String sha256, Instant createdAt) {

  /** One as it was when it was added. */
  static Attachment added(AttachmentAdded event, Instant at) {
    return new Attachment(
        event.attachmentId(),
        event.fileName(),
        event.contentType(),
        event.size(),
        event.sha256(),
        at);
  }
}
