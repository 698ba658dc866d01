package dev.annals.events.task;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a task was taken out of the trash. */
@Revision("1")
public record TaskRestored(UUID taskId, @Subject UUID ownerId) implements TaskEvent {}
