package dev.annals.events.task;

import dev.annals.events.Subject;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A task was still to be done when its time had come.
 *
 * @param dueAt the time that it should have been done by
 */
@Revision("1")
public record TaskMarkedOverdue(UUID taskId, @Subject UUID ownerId, Instant dueAt)
    implements TaskEvent {}
