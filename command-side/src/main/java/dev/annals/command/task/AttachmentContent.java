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
   * @throws ErrorResponseException 416, with what there is
   */
  ResponseEntity<Resource> of(
      Attachment attachment, @Nullable String range, @Nullable String ifRange) {
    String etag = "\"" + attachment.sha256() + "\"";
    Bytes bytes = new Bytes(attachment);
    boolean whole =
        range == null || !range.startsWith("bytes=") || (ifRange != null && !ifRange.equals(etag));
    if (!whole) {
      requireRanges(range, bytes);
    }
    return ResponseEntity.ok()
        .eTag(etag)
        .contentType(MediaType.parseMediaType(attachment.contentType()))
        .contentLength(attachment.size())
        .cacheControl(CacheControl.noCache().cachePrivate())
        .header(HttpHeaders.CONTENT_DISPOSITION, FileName.disposition(attachment.fileName()))
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "default-src 'none'; sandbox")
        // Of this class Spring takes no ranges.
        .body(whole && range != null ? new InputStreamResource(bytes) : bytes);
  }

  private static void requireRanges(String range, Bytes bytes) {
    try {
      HttpRange.toResourceRegions(HttpRange.parseRanges(range), bytes);
    } catch (IllegalArgumentException e) {
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
