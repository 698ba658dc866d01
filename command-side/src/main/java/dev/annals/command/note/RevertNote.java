package dev.annals.command.note;

import dev.annals.platform.web.IfMatch;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record RevertNote(
    @TargetAggregateIdentifier UUID noteId, UUID requester, IfMatch ifMatch, long version) {}
