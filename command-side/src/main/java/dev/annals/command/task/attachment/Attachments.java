package dev.annals.command.task.attachment;

import dev.annals.api.AttachmentView;
import dev.annals.base.problem.Refusal;
import dev.annals.command.task.Task;
import dev.annals.command.task.TaskCommand;
import dev.annals.events.task.AttachmentAdded;
import dev.annals.eventstore.aggregate.AggregateReader;
import dev.annals.eventstore.aggregate.IdempotentCreation;
import dev.annals.files.ClaimedFile;
import dev.annals.files.FileStorage;
import dev.annals.files.SpooledFile;
import dev.annals.files.StoredFiles;
import dev.annals.files.Upload;
import dev.annals.http.web.IdempotencyKey;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Attaches files to tasks: stores the bytes first and the event second, so that no event names
 * bytes that are missing. An attachment's id is derived from the idempotency key, or is the id of
 * the upload. A repeated request finds the attachment by the event with that id.
 */
@Component
record Attachments(
    CommandGateway commands,
    Repository<Task> tasks,
    EventStore events,
    FileStorage files,
    StoredFiles stored,
    IdempotentCreation creation) {

  /** An attachment, and the version that the task got with it. */
  record Added(AttachmentView attachment, long version) {}

  /** The body of a request, whose digest is compared when a key is used again. */
  private record Body(String fileName, @Nullable String contentType, String sha256) {}

  /**
   * Refuses a file before it is read, unless a request with the same key has attached one.
   *
   * @throws Refusal {@code not-found} if there is no task to attach it to
   */
  void expect(UUID taskId, UUID user, IdempotencyKey key) {
    try {
      requireTask(taskId, user);
    } catch (Refusal refused) {
      if (key.value().isEmpty() || find(taskId, id(taskId, user, key)).isEmpty()) {
        throw refused;
      }
    }
  }

  private static UUID id(UUID taskId, UUID user, IdempotencyKey key) {
    return IdempotentCreation.id(user, "/tasks/" + taskId + "/attachments", key);
  }

  /**
   * Attaches a file, unless a request with the same key has attached one.
   *
   * @throws Refusal {@code idempotency-key-reuse}, or why the file is not accepted
   */
  Added attach(
      UUID taskId,
      UUID user,
      IdempotencyKey key,
      String fileName,
      @Nullable String contentType,
      SpooledFile file) {
    UUID id = id(taskId, user, key);
    return creation.once(
        key,
        user,
        id,
        new Body(fileName, contentType, file.sha256()),
        () -> find(taskId, id),
        Attachments::added,
        metaData -> {
          ClaimedFile held = files.store(user, fileName, contentType, file);
          try {
            return send(taskId, user, id, metaData, held);
          } catch (RuntimeException refused) {
            stored.releaseClaim(held.claim());
            throw refused;
          }
        });
  }

  /**
   * Attaches an upload whose bytes have arrived, unless it is attached already.
   *
   * @throws Refusal {@code not-found}, {@code upload-incomplete}, {@code upload-mismatch}
   */
  Added complete(UUID taskId, UUID user, UUID uploadId) {
    requireTask(taskId, user);
    Optional<DomainEventMessage<?>> before = find(taskId, uploadId);
    if (before.isPresent()) {
      return added(before.get());
    }
    try {
      Upload upload =
          stored
              .upload(uploadId)
              .filter(it -> it.holderId().equals(taskId) && it.ownerId().equals(user))
              .orElseThrow(Refusal::notFound);
      return send(taskId, user, uploadId, Map.of(), files.complete(upload));
    } catch (RuntimeException failure) {
      // Another request may have been first.
      return find(taskId, uploadId).map(Attachments::added).orElseThrow(() -> failure);
    }
  }

  /**
   * Returns an attachment of a task.
   *
   * @throws Refusal {@code not-found}
   */
  AttachmentView get(UUID taskId, UUID user, UUID attachmentId) {
    return read(taskId, task -> task.attachment(user, attachmentId));
  }

  private Added send(
      UUID taskId, UUID user, UUID id, Map<String, String> metaData, ClaimedFile held) {
    long version =
        commands.sendAndWait(
            new TaskCommand.AttachFile(taskId, user, id, held), MetaData.from(metaData));
    return added(events.readEvents(taskId.toString(), version).next());
  }

  /**
   * Requires a task to attach a file to.
   *
   * @throws Refusal {@code not-found}
   */
  void requireTask(UUID taskId, UUID user) {
    read(
        taskId,
        task -> {
          task.requireOwnerOfActive(user);
          return task;
        });
  }

  private <T> T read(UUID taskId, Function<Task, T> question) {
    return AggregateReader.of(tasks, taskId, question).orElseThrow(Refusal::notFound);
  }

  private Optional<DomainEventMessage<?>> find(UUID taskId, UUID attachmentId) {
    return events
        .readEvents(taskId.toString(), 0)
        .asStream()
        .<DomainEventMessage<?>>map(event -> event)
        .filter(
            event ->
                event.getPayload() instanceof AttachmentAdded added
                    && added.attachmentId().equals(attachmentId))
        .findFirst();
  }

  private static Added added(DomainEventMessage<?> event) {
    return new Added(
        AttachmentView.of((AttachmentAdded) event.getPayload(), event.getTimestamp()),
        event.getSequenceNumber());
  }
}
