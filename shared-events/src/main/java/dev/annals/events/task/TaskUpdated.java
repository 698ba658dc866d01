package dev.annals.events.task;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that the owner of a task set its values; all are named, changed or not. */
@Revision("1")
public record TaskUpdated(UUID taskId, @Subject UUID ownerId, @JsonUnwrapped TaskValues values)
    implements TaskEvent, TaskEvent.WithValues {}
