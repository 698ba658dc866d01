package dev.annals.command.task;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record RemoveAttachment(
    @TargetAggregateIdentifier UUID taskId, UUID requester, UUID attachmentId) {}
