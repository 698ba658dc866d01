package dev.annals.command.task.attachment;

import dev.annals.api.Feature;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.flag.Flags;
import dev.annals.files.FileStorage;
import dev.annals.files.SignedUrls;
import dev.annals.files.StoredFiles;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.web.QueryParameters;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves the signed URLs of this service, which the local store uses. */
@RestController
@Tag(name = "Files", description = "Signed URLs, which need no token.")
@ServedBy(ProcessRole.COMMANDS)
@RequestMapping("/files")
record FileController(
    FileStorage files,
    StoredFiles stored,
    SignedUrls urls,
    Attachments attachments,
    AttachmentContent content,
    Flags flags) {

  /** The parameters of a signed URL. */
  record Signature(@DefaultValue("") String expires, @DefaultValue("") String signature)
      implements QueryParameters {}

  /**
   * Receives the bytes of an announced upload. The URL and the headers come from the announcement;
   * the signature stands for a token.
   */
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.ALL_VALUE,
              schema = @Schema(type = "string", format = "binary")))
  @PutMapping("/uploads/{uploadId}")
  @Refuses({Problem.FORBIDDEN, Problem.TOO_MANY_REQUESTS})
  void receive(@PathVariable UUID uploadId, Signature url, HttpServletRequest request)
      throws IOException {
    urls.check(request.getMethod(), request.getRequestURI(), url.expires(), url.signature());
    files.receive(
        uploadId,
        request.getHeader(HttpHeaders.CONTENT_TYPE),
        request.getContentLengthLong(),
        request.getInputStream());
  }

  /**
   * Downloads a file by a signed link. The link comes from the attachment; the signature stands for
   * a token.
   */
  @GetMapping(path = "/attachments/{taskId}/{attachmentId}", produces = MediaType.ALL_VALUE)
  @Refuses({Problem.FORBIDDEN, Problem.RANGE_NOT_SATISFIABLE, Problem.TOO_MANY_REQUESTS})
  ResponseEntity<Resource> get(
      @PathVariable UUID taskId,
      @PathVariable UUID attachmentId,
      Signature url,
      @RequestHeader(name = HttpHeaders.RANGE, required = false) @Nullable String range,
      @RequestHeader(name = HttpHeaders.IF_RANGE, required = false) @Nullable String ifRange,
      @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false)
          @Nullable String ifNoneMatch,
      HttpServletRequest request) {
    urls.check(request.getMethod(), request.getRequestURI(), url.expires(), url.signature());
    UUID owner =
        stored
            .ownerOf(attachmentId)
            .filter(user -> flags.isOn(Feature.ATTACHMENTS, user))
            .orElseThrow(Refusal::notFound);
    return content.of(
        owner,
        attachments.get(taskId, owner, attachmentId),
        HttpMethod.valueOf(request.getMethod()),
        range,
        ifRange,
        ifNoneMatch);
  }
}
