package dev.annals.command.task;

import dev.annals.events.task.TaskPriority;
import dev.annals.platform.web.IfMatch;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record UpdateTask(
    @TargetAggregateIdentifier UUID taskId,
    UUID requester,
    IfMatch ifMatch,
    String title,
    String description,
    TaskPriority priority,
    Instant dueAt,
    List<String> tags) {}
