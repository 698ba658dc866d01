package dev.annals.command.note;

import dev.annals.command.export.Export;
import dev.annals.command.export.ExportPart;
import dev.annals.eventstore.aggregate.AggregateReader;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.http.security.Caller;
import java.io.IOException;
import java.util.Iterator;
import java.util.UUID;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** Exports the notes of a user, also those in the trash. */
@Component
record NotesPart(StoredEvents events, Repository<Note> notes) implements ExportPart {

  @Override
  public void write(Caller caller, Export export) throws IOException {
    export.begin("notes.jsonl");
    Iterator<UUID> own = events.createdBy(caller.userId(), "Note");
    while (own.hasNext()) {
      UUID id = own.next();
      export.line(id, () -> AggregateReader.of(notes, id, Note::view).orElseThrow());
    }
  }
}
