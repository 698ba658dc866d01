package dev.annals.events.task;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a completed task became {@code OPEN} again. */
@Revision("1")
public record TaskReopened(UUID taskId, @Subject UUID ownerId) implements TaskEvent {}
