package dev.annals.platform.web;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * Answers to accepted changes: each carries the {@link ConsistencyToken} of the change, and a
 * single resource its ETag.
 */
public final class ChangeResponses {

  private ChangeResponses() {}

  /** 200 with the resource as the change left it. */
  public static <T> ResponseEntity<T> ok(ConsistencyToken change, T resource) {
    return answer(HttpStatus.OK, change).eTag(etag(change)).body(resource);
  }

  /** 201 with the resource as it was created. */
  public static <T> ResponseEntity<T> created(URI location, ConsistencyToken change, T resource) {
    return answer(HttpStatus.CREATED, change).location(location).eTag(etag(change)).body(resource);
  }

  /** 201 with a part of the resource that was changed; it has no version of its own. */
  public static <T> ResponseEntity<T> createdPart(URI location, ConsistencyToken change, T part) {
    return answer(HttpStatus.CREATED, change).location(location).body(part);
  }

  /** 201 with many resources as they were created. */
  public static <T> ResponseEntity<T> createdMany(ConsistencyToken change, T resources) {
    return answer(HttpStatus.CREATED, change).body(resources);
  }

  /** 204. */
  public static ResponseEntity<Void> noContent(ConsistencyToken change) {
    return answer(HttpStatus.NO_CONTENT, change).build();
  }

  /** 202: the change is made, and more follows by itself. */
  public static ResponseEntity<Void> accepted(ConsistencyToken change) {
    return answer(HttpStatus.ACCEPTED, change).build();
  }

  private static ResponseEntity.BodyBuilder answer(HttpStatus status, ConsistencyToken change) {
    return ResponseEntity.status(status).header(ConsistencyToken.HEADER, change.toString());
  }

  private static String etag(ConsistencyToken change) {
    return "\"" + change.version() + "\"";
  }
}
