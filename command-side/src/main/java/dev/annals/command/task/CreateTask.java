package dev.annals.command.task;

import dev.annals.events.task.TaskPriority;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record CreateTask(
    @TargetAggregateIdentifier UUID taskId,
    UUID ownerId,
    String title,
    String description,
    TaskPriority priority,
    Instant dueAt,
    List<String> tags) {}
