package dev.annals.command.task;

import java.time.Instant;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Says that a task's time has come.
 *
 * @param dueAt the time that is meant: of a task that was moved since, nothing is said
 */
record MarkTaskOverdue(@TargetAggregateIdentifier UUID taskId, Instant dueAt) {}
