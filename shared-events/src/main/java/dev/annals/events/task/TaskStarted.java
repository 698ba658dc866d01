package dev.annals.events.task;

import dev.annals.events.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Work on an open task began. */
@Revision("1")
public record TaskStarted(UUID taskId, @Subject UUID ownerId) implements TaskEvent {}
