package dev.annals.events.task;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that an attachment was removed from a task. */
@Revision("1")
public record AttachmentRemoved(UUID taskId, @Subject UUID ownerId, UUID attachmentId)
    implements TaskEvent {}
