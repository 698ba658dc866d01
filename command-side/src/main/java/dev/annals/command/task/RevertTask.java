package dev.annals.command.task;

import dev.annals.platform.web.IfMatch;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record RevertTask(
    @TargetAggregateIdentifier UUID taskId, UUID requester, IfMatch ifMatch, long version) {}
