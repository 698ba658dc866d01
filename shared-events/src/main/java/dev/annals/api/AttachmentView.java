package dev.annals.api;

import dev.annals.events.task.AttachmentAdded;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/**
 * A file of a task.
 *
 * @param size in bytes
 * @param sha256 the hash of the bytes, in lower-case hex
 */
@Schema(name = "Attachment")
public record AttachmentView(
    String id, String fileName, String contentType, long size, String sha256, Instant createdAt) {

  /** Returns the attachment that an event added. */
  public static AttachmentView of(AttachmentAdded event, Instant occurredAt) {
    return new AttachmentView(
        event.attachmentId().toString(),
        event.fileName(),
        event.contentType(),
        event.size(),
        event.sha256(),
        occurredAt);
  }
}
