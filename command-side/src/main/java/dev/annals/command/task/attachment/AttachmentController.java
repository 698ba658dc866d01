package dev.annals.command.task.attachment;

import dev.annals.api.AttachmentView;
import dev.annals.api.ChangeKind;
import dev.annals.api.Feature;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.command.task.TaskCommand;
import dev.annals.eventstore.flag.Flags;
import dev.annals.files.Download;
import dev.annals.files.FileStorage;
import dev.annals.files.SpooledFile;
import dev.annals.files.Upload;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.validation.Text;
import dev.annals.http.web.ChangeResponses;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.FormFile;
import dev.annals.http.web.IdempotencyKey;
import dev.annals.http.web.Permits;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Part;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Stores, sends and removes the files of tasks. */
@RestController
@Tag(name = "Attachments", description = "The files of tasks.")
@ServedBy(ProcessRole.COMMANDS)
@RequestMapping("/tasks/{id}/attachments")
record AttachmentController(
    Attachments attachments,
    FileStorage files,
    AttachmentContent content,
    CommandGateway commands,
    Flags flags) {

  record NewUpload(
      @Text(min = 1, max = 4096) String fileName,
      @Text(min = 1, max = 255) String contentType,
      @Min(1) long size,
      @Pattern(regexp = "[0-9a-f]{64}", message = "must be 64 hexadecimal digits in lower case")
          String sha256) {}

  /**
   * Attaches a file to a task. The part {@code file} has the bytes and the name. The version of the
   * task grows by one.
   */
  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(
      consumes = MediaType.MULTIPART_FORM_DATA_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  @Refuses({Problem.STORAGE_QUOTA_EXCEEDED, Problem.TOO_MANY_REQUESTS})
  ResponseEntity<AttachmentView> attach(
      FormFile form, IdempotencyKey key, @PathVariable UUID id, Caller caller)
      throws IOException, ServletException {
    requireFeature(caller);
    attachments.expect(id, caller.userId(), key);
    try (Permits.Permit permit = files.permit(caller.userId())) {
      Part file = form.read();
      String fileName = fileName(file);
      try (InputStream bytes = file.getInputStream();
          SpooledFile spooled = files.spool(bytes)) {
        return created(
            id,
            attachments.attach(id, caller.userId(), key, fileName, file.getContentType(), spooled));
      }
    }
  }

  // The container's own parsing trims blanks and drops backslashes.
  private static String fileName(Part file) {
    return Optional.ofNullable(file.getSubmittedFileName())
        .flatMap(name -> sentName(file.getHeader(HttpHeaders.CONTENT_DISPOSITION)))
        .orElseThrow(() -> new Refusal(Problem.BAD_REQUEST, "The part file needs a file name."));
  }

  private static Optional<String> sentName(String disposition) {
    try {
      return Optional.ofNullable(ContentDisposition.parse(disposition).getFilename());
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Downloads an attachment. A single range of it can be asked for; several ranges are answered
   * with the whole file.
   */
  @GetMapping(path = "/{attachmentId}", produces = MediaType.ALL_VALUE)
  @Refuses({Problem.RANGE_NOT_SATISFIABLE, Problem.TOO_MANY_REQUESTS})
  ResponseEntity<Resource> get(
      @PathVariable UUID id,
      @PathVariable UUID attachmentId,
      @RequestHeader(name = HttpHeaders.RANGE, required = false) @Nullable String range,
      @RequestHeader(name = HttpHeaders.IF_RANGE, required = false) @Nullable String ifRange,
      @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false)
          @Nullable String ifNoneMatch,
      HttpMethod method,
      Caller caller) {
    requireFeature(caller);
    return content.of(
        caller.userId(),
        attachments.get(id, caller.userId(), attachmentId),
        method,
        range,
        ifRange,
        ifNoneMatch);
  }

  /** Creates a signed link to an attachment. The link needs no token until it expires. */
  @GetMapping(path = "/{attachmentId}/link", produces = MediaType.APPLICATION_JSON_VALUE)
  FileStorage.Link link(@PathVariable UUID id, @PathVariable UUID attachmentId, Caller caller) {
    requireFeature(caller);
    AttachmentView file = attachments.get(id, caller.userId(), attachmentId);
    return files.link(
        new Download(id, file.id(), file.fileName(), file.contentType(), file.sha256()));
  }

  /** Removes an attachment from a task. The version of the task grows by one. */
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @DeleteMapping("/{attachmentId}")
  ResponseEntity<Void> remove(
      @PathVariable UUID id, @PathVariable UUID attachmentId, Caller caller) {
    requireFeature(caller);
    long version =
        commands.sendAndWait(new TaskCommand.RemoveAttachment(id, caller.userId(), attachmentId));
    return ChangeResponses.noContent(ConsistencyToken.of(ChangeKind.TASK, id, version));
  }

  /**
   * Announces an upload. The answer is the request that sends the bytes, to the object store or to
   * this service. It needs no token until it expires.
   */
  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(
      path = "/uploads",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  @Refuses(Problem.STORAGE_QUOTA_EXCEEDED)
  FileStorage.Announced announce(
      @RequestBody NewUpload body, @PathVariable UUID id, Caller caller) {
    requireFeature(caller);
    Upload upload =
        files.validate(
            UUID.randomUUID(),
            caller.userId(),
            id,
            body.fileName(),
            body.contentType(),
            body.size(),
            body.sha256());
    attachments.requireTask(id, caller.userId());
    return files.announce(upload);
  }

  /**
   * Attaches an announced file, once its bytes have arrived. Size and hash must be those of the
   * announcement. A repeated request is answered as the first one.
   */
  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(path = "/uploads/{uploadId}/complete", produces = MediaType.APPLICATION_JSON_VALUE)
  @Refuses({
    Problem.UPLOAD_INCOMPLETE,
    Problem.UPLOAD_MISMATCH,
    Problem.UNSUPPORTED_MEDIA_TYPE,
    Problem.TOO_MANY_REQUESTS
  })
  ResponseEntity<AttachmentView> complete(
      @PathVariable UUID id, @PathVariable UUID uploadId, Caller caller) {
    requireFeature(caller);
    return created(id, attachments.complete(id, caller.userId(), uploadId));
  }

  private void requireFeature(Caller caller) {
    if (!flags.isOn(Feature.ATTACHMENTS, caller.userId())) {
      throw Refusal.notFound();
    }
  }

  private static ResponseEntity<AttachmentView> created(UUID taskId, Attachments.Added added) {
    return ChangeResponses.createdPart(
        URI.create("/tasks/" + taskId + "/attachments/" + added.attachment().id()),
        ConsistencyToken.of(ChangeKind.TASK, taskId, added.version()),
        added.attachment());
  }
}
