package dev.annals.events.task;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A task was given new values; all of them are named, changed or not. */
@Revision("1")
public record TaskUpdated(
    UUID taskId,
    @Subject UUID ownerId,
    @Personal String title,
    @Personal String description,
    TaskPriority priority,
    Instant dueAt,
    @Personal List<String> tags)
    implements TaskEvent, TaskValues {}
