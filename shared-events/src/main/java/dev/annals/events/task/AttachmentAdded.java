package dev.annals.events.task;

import dev.annals.base.event.Personal;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * Records that a file was attached to a task.
 *
 * @param size in bytes
 * @param sha256 the hash of the bytes, in lower-case hex
 */
@Revision("1")
public record AttachmentAdded(
    UUID taskId,
    @Subject UUID ownerId,
    UUID attachmentId,
    @Personal String fileName,
    String contentType,
    long size,
    String sha256)
    implements TaskEvent {}
