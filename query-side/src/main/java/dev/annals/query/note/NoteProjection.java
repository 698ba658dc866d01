package dev.annals.query.note;

import dev.annals.events.identity.UserErased;
import dev.annals.events.note.NoteEvent;
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
  void on(NoteEvent event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    notes.change(
        event.noteId(),
        event.ownerId(),
        sequence,
        note -> NoteDocument.after(note, event, sequence, occurredAt));
  }

  @EventHandler
  void on(UserErased event) {
    notes.drop(event.userId());
  }
}
