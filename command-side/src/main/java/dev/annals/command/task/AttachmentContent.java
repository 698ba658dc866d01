package dev.annals.command.task;

import dev.annals.command.attachment.FileName;
import dev.annals.command.attachment.FileStorage;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRange;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;

/** Answers with the bytes of an attachment, in a way that no browser shows or runs them. */
@Component
class AttachmentContent {

  private final FileStorage files;

  AttachmentContent(FileStorage files) {
    this.files = files;
  }

  /**
   * The whole of it, or the ranges that Spring cuts out of it (RFC 9110, 14).
   *
   * @param range the header of that name
   * @param ifRange the header of that name: another one than the bytes have means all of them, as
   *     does another unit than bytes
   * @param ifNoneMatch the header of that name: who has the bytes is sent no part of them
   * @throws ErrorResponseException 416, with what there is
   */
  ResponseEntity<Resource> of(
      Attachment attachment,
      HttpMethod method,
      @Nullable String range,
      @Nullable String ifRange,
      @Nullable String ifNoneMatch) {
    String etag = "\"" + attachment.sha256() + "\"";
    Bytes bytes = new Bytes(attachment);
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.ok()
            .eTag(etag)
            .contentType(MediaType.parseMediaType(attachment.contentType()))
            .cacheControl(CacheControl.noCache().cachePrivate())
            .header(HttpHeaders.CONTENT_DISPOSITION, FileName.disposition(attachment.fileName()))
            .header("X-Content-Type-Options", "nosniff")
            .header("Content-Security-Policy", "default-src 'none'; sandbox");
    if (range == null) {
      return answer.body(bytes);
    }
    boolean parts =
        method.equals(HttpMethod.GET)
            && range.startsWith("bytes=")
            && (ifRange == null || ifRange.equals(etag))
            && (ifNoneMatch == null || !ifNoneMatch.contains(etag));
    if (parts && hasRanges(range, bytes)) {
      return answer.body(bytes);
    }
    // Of this class Spring takes no ranges, and no length either.
    return answer.contentLength(attachment.size()).body(new InputStreamResource(bytes));
  }

  /** Whether there are parts to send; of several that cannot be sent together there are none. */
  private static boolean hasRanges(String range, Bytes bytes) {
    try {
      return !HttpRange.toResourceRegions(HttpRange.parseRanges(range), bytes).isEmpty();
    } catch (IllegalArgumentException e) {
      if (range.contains(",")) {
        return false;
      }
      ErrorResponseException refused = new ErrorResponseException(HttpStatusCode.valueOf(416));
      refused.getHeaders().set(HttpHeaders.CONTENT_RANGE, "bytes */" + bytes.contentLength());
      throw refused;
    }
  }

  private final class Bytes extends AbstractResource {

    private final Attachment attachment;

    private Bytes(Attachment attachment) {
      this.attachment = attachment;
    }

    @Override
    public InputStream getInputStream() {
      return files.open(attachment.sha256());
    }

    @Override
    public long contentLength() {
      return attachment.size();
    }

    @Override
    public boolean exists() {
      return true;
    }

    @Override
    public String getDescription() {
      return "attachment " + attachment.id();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other == this;
    }

    @Override
    public int hashCode() {
      return attachment.hashCode();
    }
  }
}
