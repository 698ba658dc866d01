package dev.annals.query.task;

import dev.annals.events.task.AttachmentAdded;
import java.time.Instant;

/** A file of a task, as it is stored and as clients see it. */
public record AttachmentView(
    String id, String fileName, String contentType, long size, String sha256, Instant createdAt) {

  static AttachmentView of(AttachmentAdded event, Instant occurredAt) {
    return new AttachmentView(
        event.attachmentId().toString(),
        event.fileName(),
        event.contentType(),
        event.size(),
        event.sha256(),
        occurredAt);
  }
}
