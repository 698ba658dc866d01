package dev.annals.query.note;

import dev.annals.api.Feature;
import dev.annals.api.NoteView;
import dev.annals.events.note.NoteEvent;
import dev.annals.eventstore.flag.Flags;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.resource.ResourceController;
import dev.annals.projection.resource.ResourceServices;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads the caller's notes. */
@RestController
@Tag(name = "Notes", description = "The notes of the caller.")
@RequestMapping(path = "/notes", produces = MediaType.APPLICATION_JSON_VALUE)
class NoteController extends ResourceController<NoteEvent, NoteDocument, NoteView, NoteQuery> {

  private final Flags flags;

  NoteController(ReadModel<NoteDocument> notes, ResourceServices services, Flags flags) {
    super(NoteProjection.NOTES, notes, services);
    this.flags = flags;
  }

  @Override
  protected void check(NoteQuery query, UUID user) {
    flags.requireEnabled(Feature.SORTING, query.sort(), user);
  }
}
