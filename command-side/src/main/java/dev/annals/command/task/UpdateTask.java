package dev.annals.command.task;

import dev.annals.events.task.TaskValues;
import dev.annals.platform.web.IfMatch;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record UpdateTask(
    @TargetAggregateIdentifier UUID taskId, UUID requester, IfMatch ifMatch, TaskValues values) {}
