package dev.annals.events.task;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * Records that a task got the values of an earlier version again.
 *
 * @param toVersion the version that had these values
 */
@Revision("1")
public record TaskReverted(
    UUID taskId, @Subject UUID ownerId, long toVersion, @JsonUnwrapped TaskValues values)
    implements TaskEvent, TaskEvent.WithValues {}
