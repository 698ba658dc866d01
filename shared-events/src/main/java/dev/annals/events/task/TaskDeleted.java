package dev.annals.events.task;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a task was moved to the trash. */
@Revision("1")
public record TaskDeleted(UUID taskId, @Subject UUID ownerId) implements TaskEvent {}
