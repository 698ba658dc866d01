package dev.annals.command.task;

import dev.annals.api.AttachmentView;
import dev.annals.command.export.Export;
import dev.annals.command.export.ExportPart;
import dev.annals.eventstore.aggregate.AggregateReader;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.eventstore.storage.UnreadableEventException;
import dev.annals.files.FileStorage;
import dev.annals.http.security.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** Exports the tasks of a user with their attachments, also those in the trash. */
@Component
record TasksPart(StoredEvents events, Repository<Task> tasks, FileStorage files)
    implements ExportPart {

  @Override
  public void write(Caller caller, Export export) throws IOException {
    export.begin("tasks.jsonl");
    Iterator<UUID> own = events.createdBy(caller.userId(), "Task");
    while (own.hasNext()) {
      UUID id = own.next();
      export.line(id, () -> AggregateReader.of(tasks, id, Task::view).orElseThrow());
    }
    own = events.createdBy(caller.userId(), "Task");
    while (own.hasNext()) {
      for (AttachmentView attachment : attachments(own.next())) {
        try (InputStream bytes = files.open(attachment.sha256())) {
          export.file("files/" + attachment.id() + "/" + attachment.fileName(), bytes);
        }
      }
    }
  }

  /** Returns no attachments for a task whose events cannot be read. */
  private List<AttachmentView> attachments(UUID task) {
    try {
      return AggregateReader.of(tasks, task, Task::attachments).orElseThrow();
    } catch (RuntimeException failure) {
      if (UnreadableEventException.reason(failure).isEmpty()) {
        throw failure;
      }
      return List.of();
    }
  }
}
