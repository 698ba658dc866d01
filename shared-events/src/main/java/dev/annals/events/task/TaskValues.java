package dev.annals.events.task;

import dev.annals.events.Personal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a task that its owner sets. */
public record TaskValues(
    @Personal String title,
    @Personal String description,
    TaskPriority priority,
    @Nullable Instant dueAt,
    @Personal List<String> tags) {}
