package dev.annals.command.note;

import dev.annals.platform.web.IfMatch;
import java.util.List;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record UpdateNote(
    @TargetAggregateIdentifier UUID noteId,
    UUID requester,
    IfMatch ifMatch,
    String title,
    String content,
    List<String> tags) {}
