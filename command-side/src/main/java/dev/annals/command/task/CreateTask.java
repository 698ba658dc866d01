package dev.annals.command.task;

import dev.annals.events.task.TaskValues;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record CreateTask(@TargetAggregateIdentifier UUID taskId, UUID ownerId, TaskValues values) {}
