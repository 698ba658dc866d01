package dev.annals.events.task;

import dev.annals.events.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A task came back from the trash, as it was. */
@Revision("1")
public record TaskRestored(UUID taskId, @Subject UUID ownerId) implements TaskEvent {}
