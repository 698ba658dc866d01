package dev.annals.events.task;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A file was attached to a task. {@code sha256} is of its bytes, in lower-case hex. */
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
