package dev.annals.query.note;

import dev.annals.api.NoteView;
import dev.annals.events.note.NoteEvent;
import dev.annals.query.model.ReadModel;
import dev.annals.query.resource.ResourceController;
import dev.annals.query.resource.ResourceServices;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads the caller's notes. */
@RestController
@Tag(name = "Notes", description = "The notes of the caller.")
@RequestMapping(path = "/notes", produces = MediaType.APPLICATION_JSON_VALUE)
class NoteController extends ResourceController<NoteEvent, NoteDocument, NoteView, NoteQuery> {

  NoteController(ReadModel<NoteDocument> notes, ResourceServices services) {
    super(NoteProjection.NOTES, notes, services);
  }
}
