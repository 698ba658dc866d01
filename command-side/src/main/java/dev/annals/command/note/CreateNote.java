package dev.annals.command.note;

import java.util.List;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record CreateNote(
    @TargetAggregateIdentifier UUID noteId,
    UUID ownerId,
    String title,
    String content,
    List<String> tags) {}
