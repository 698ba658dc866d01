package dev.annals.command.note;

import dev.annals.events.note.NoteValues;
import dev.annals.platform.web.IfMatch;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record UpdateNote(
    @TargetAggregateIdentifier UUID noteId, UUID requester, IfMatch ifMatch, NoteValues values) {}
