package dev.annals.query.note;

import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.note.NoteUpdated;
import dev.annals.query.model.ReadModel;
import java.time.Instant;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.Timestamp;
import org.springframework.stereotype.Component;

/** Keeps the read model of notes. */
@Component
@ProcessingGroup(NoteModel.NAME)
class NoteProjection {

  private final ReadModel<NoteDocument> notes;

  NoteProjection(ReadModel<NoteDocument> notes) {
    this.notes = notes;
  }

  @EventHandler
  void on(NoteCreated event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    notes.change(
        event.noteId(),
        sequence,
        none ->
            NoteDocument.created(
                event.noteId().toString(),
                event.ownerId().toString(),
                new NoteDocument.Values(event.title(), event.content(), event.tags()),
                sequence,
                occurredAt));
  }

  @EventHandler
  void on(NoteUpdated event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    notes.change(
        event.noteId(),
        sequence,
        note ->
            note.updated(
                new NoteDocument.Values(event.title(), event.content(), event.tags()),
                sequence,
                occurredAt));
  }

  @EventHandler
  void on(NoteDeleted event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    notes.change(event.noteId(), sequence, note -> note.deleted(sequence, occurredAt));
  }

  @EventHandler
  void on(NoteRestored event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    notes.change(event.noteId(), sequence, note -> note.restored(sequence, occurredAt));
  }
}
