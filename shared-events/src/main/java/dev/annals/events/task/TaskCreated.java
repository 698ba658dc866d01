package dev.annals.events.task;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that a task was created, with the status {@code OPEN}. */
@Revision("1")
public record TaskCreated(UUID taskId, @Subject UUID ownerId, @JsonUnwrapped TaskValues values)
    implements TaskEvent, TaskEvent.WithValues {}
