package dev.annals.command.task.attachment;

import dev.annals.api.AttachmentView;
import dev.annals.files.FileName;
import dev.annals.files.FileStorage;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRange;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;

/** Answers with the bytes of an attachment, with headers that keep browsers from running them. */
@Component
record AttachmentContent(FileStorage files) {

  /**
   * Answers the whole file or one range (RFC 9110, 14). A request for several ranges gets the whole
   * file.
   *
   * @param owner the owner of the attachment
   * @param range the header {@code Range}; in another unit than bytes it is ignored
   * @param ifRange the header {@code If-Range}; unless it is the ETag of the bytes, the answer has
   *     all of them
   * @param ifNoneMatch the header {@code If-None-Match}; if it has the ETag, {@code Range} is
   *     ignored
   * @throws ErrorResponseException 416, with the size of the attachment
   */
  ResponseEntity<Resource> of(
      UUID owner,
      AttachmentView attachment,
      HttpMethod method,
      @Nullable String range,
      @Nullable String ifRange,
      @Nullable String ifNoneMatch) {
    String etag = "\"" + attachment.sha256() + "\"";
    boolean part =
        range != null
            && method.equals(HttpMethod.GET)
            && range.startsWith("bytes=")
            && (ifRange == null || ifRange.equals(etag))
            && (ifNoneMatch == null || !has(ifNoneMatch, etag));
    Optional<HttpRange> one = part ? only(range, attachment.size()) : Optional.empty();
    long size = attachment.size();
    long from = one.map(it -> it.getRangeStart(size)).orElse(0L);
    long length = one.map(it -> it.getRangeEnd(size) - from + 1).orElse(size);
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(one.isPresent() ? HttpStatus.PARTIAL_CONTENT : HttpStatus.OK)
            .eTag(etag)
            .contentType(MediaType.parseMediaType(attachment.contentType()))
            .contentLength(length)
            .cacheControl(CacheControl.noCache().cachePrivate())
            .header(HttpHeaders.ACCEPT_RANGES, "bytes")
            .header(HttpHeaders.CONTENT_DISPOSITION, FileName.disposition(attachment.fileName()))
            .header("X-Content-Type-Options", "nosniff")
            .header("Content-Security-Policy", "default-src 'none'; sandbox");
    if (one.isPresent()) {
      answer.header(
          HttpHeaders.CONTENT_RANGE, "bytes %d-%d/%d".formatted(from, from + length - 1, size));
    }
    // Spring neither cuts ranges out of this class nor asks for its length. HEAD opens no file.
    return method.equals(HttpMethod.HEAD)
        ? answer.build()
        : answer.body(
            new InputStreamResource(
                () -> files.open(owner, attachment.sha256(), from, length),
                "attachment " + attachment.id()));
  }

  private static boolean has(String ifNoneMatch, String etag) {
    return ifNoneMatch.strip().equals("*") || ifNoneMatch.contains(etag);
  }

  /** Returns the range if it is the only one. Several ranges, even malformed ones, are ignored. */
  private static Optional<HttpRange> only(String range, long size) {
    try {
      List<HttpRange> ranges = HttpRange.parseRanges(range);
      if (ranges.size() != 1) {
        return Optional.empty();
      }
      if (ranges.get(0).getRangeStart(size) < size) {
        return Optional.of(ranges.get(0));
      }
    } catch (IllegalArgumentException e) {
      if (range.contains(",")) {
        return Optional.empty();
      }
    }
    ErrorResponseException refused = new ErrorResponseException(HttpStatusCode.valueOf(416));
    refused.getHeaders().set(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
    throw refused;
  }
}
