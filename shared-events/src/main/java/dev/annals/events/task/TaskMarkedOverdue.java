package dev.annals.events.task;

import dev.annals.base.event.Subject;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * Records that a task was not completed by its due time.
 *
 * @param dueAt the due time
 */
@Revision("1")
public record TaskMarkedOverdue(UUID taskId, @Subject UUID ownerId, Instant dueAt)
    implements TaskEvent {}
