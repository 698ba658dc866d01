package dev.annals.query.note;

import dev.annals.api.ChangeKind;
import dev.annals.api.NoteView;
import dev.annals.events.identity.UserErased;
import dev.annals.events.note.NoteEvent;
import dev.annals.projection.model.ModelServices;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.resource.Resource;
import dev.annals.projection.resource.Sorting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.Timestamp;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/** Keeps the read model of notes. */
@Component
@ProcessingGroup(NoteProjection.NAME)
record NoteProjection(ReadModel<NoteDocument> notes) {

  static final String NAME = "notes";

  /** Raise it when the documents change. 2: words are folded by Unicode's full folding. */
  static final int VERSION = 2;

  static final Resource<NoteEvent, NoteDocument, NoteView> NOTES =
      new Resource<>(
          NAME,
          VERSION,
          ChangeKind.NOTE,
          "Note",
          NoteEvent.class,
          NoteDocument.class,
          NoteDocument::after,
          NoteDocument::view,
          new Sorting(
              Map.of(
                  "title", List.of("titleKey"),
                  "createdAt", List.of("createdAt"),
                  "updatedAt", List.of("updatedAt")),
              "updatedAt"),
          List.of());

  @Bean
  static Resource<NoteEvent, NoteDocument, NoteView> noteResource() {
    return NOTES;
  }

  @Bean
  static ReadModel<NoteDocument> notes(ModelServices services) {
    return NOTES.readModel(services);
  }

  @EventHandler
  void on(NoteEvent event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    notes
        .writer()
        .change(
            event.noteId(),
            event.ownerId(),
            sequence,
            note -> NoteDocument.after(note, event, sequence, occurredAt));
  }

  @EventHandler
  void on(UserErased event) {
    notes.writer().drop(event.userId());
  }
}
