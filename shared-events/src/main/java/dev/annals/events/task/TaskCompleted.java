package dev.annals.events.task;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that the status of a task became {@code DONE}. */
@Revision("1")
public record TaskCompleted(UUID taskId, @Subject UUID ownerId) implements TaskEvent {}
