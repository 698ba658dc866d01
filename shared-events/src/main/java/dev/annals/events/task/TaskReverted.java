package dev.annals.events.task;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A task was given the values that it had before; its status stays. {@code dueAt} may be null.
 *
 * @param toVersion the version that had them
 */
@Revision("1")
public record TaskReverted(
    UUID taskId,
    @Subject UUID ownerId,
    long toVersion,
    @Personal String title,
    @Personal String description,
    TaskPriority priority,
    Instant dueAt,
    @Personal List<String> tags)
    implements TaskEvent, TaskValues {}
