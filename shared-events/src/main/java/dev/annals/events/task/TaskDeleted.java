package dev.annals.events.task;

import dev.annals.events.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A task was put into the trash. */
@Revision("1")
public record TaskDeleted(UUID taskId, @Subject UUID ownerId) implements TaskEvent {}
