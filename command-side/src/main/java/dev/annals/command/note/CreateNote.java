package dev.annals.command.note;

import dev.annals.events.note.NoteValues;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record CreateNote(@TargetAggregateIdentifier UUID noteId, UUID ownerId, NoteValues values) {}
