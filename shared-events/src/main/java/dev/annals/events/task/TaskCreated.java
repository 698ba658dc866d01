package dev.annals.events.task;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A task came to be, open. {@code dueAt} may be null. */
@Revision("1")
public record TaskCreated(
    UUID taskId,
    @Subject UUID ownerId,
    @Personal String title,
    @Personal String description,
    TaskPriority priority,
    Instant dueAt,
    @Personal List<String> tags)
    implements TaskEvent, TaskValues {}
