package dev.annals.events.task;

import dev.annals.events.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A done task is open again. */
@Revision("1")
public record TaskReopened(UUID taskId, @Subject UUID ownerId) implements TaskEvent {}
