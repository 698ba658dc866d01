package dev.annals.command.export;

import dev.annals.base.problem.Problem;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.web.LargeResponses;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Sends users an archive of their data. */
@RestController
@Tag(name = "Account")
@ServedBy(ProcessRole.IDENTITY)
record ExportController(List<ExportPart> parts, LargeResponses answers) {

  private static final String ZIP = "application/zip";

  /**
   * Downloads all data of the caller as a ZIP archive. It has the profile, the webhooks without
   * their secrets, and the notes and the tasks with their history and files. The archive is
   * streamed.
   */
  @ApiResponse(
      responseCode = "200",
      content = @Content(mediaType = ZIP, schema = @Schema(type = "string", format = "binary")))
  // Like other files, to generated clients, too, which accept only the JSON of problems here.
  @GetMapping(path = "/users/me/export", produces = MediaType.ALL_VALUE)
  @Refuses(Problem.TOO_MANY_REQUESTS)
  ResponseEntity<StreamingResponseBody> export(Caller caller) {
    return ResponseEntity.ok()
        .contentType(MediaType.valueOf(ZIP))
        .cacheControl(CacheControl.noStore())
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment().filename("annals.zip").build().toString())
        .body(
            answers.stream(
                caller.userId(),
                out -> {
                  Export export = new Export(out);
                  for (ExportPart part : parts) {
                    part.write(caller, export);
                  }
                  export.finish();
                }));
  }
}
