package dev.annals.http.web;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** Creates responses to accepted changes: a {@link ConsistencyToken}, and one resource's ETag. */
public final class ChangeResponses {

  private ChangeResponses() {}

  public static <T> ResponseEntity<T> ok(ConsistencyToken change, T resource) {
    return withToken(HttpStatus.OK, change).eTag(etag(change)).body(resource);
  }

  public static <T> ResponseEntity<T> created(URI location, ConsistencyToken change, T resource) {
    return withToken(HttpStatus.CREATED, change)
        .location(location)
        .eTag(etag(change))
        .body(resource);
  }

  /** Returns 201 with a created part of a resource. A part has no version. */
  public static <T> ResponseEntity<T> createdPart(URI location, ConsistencyToken change, T part) {
    return withToken(HttpStatus.CREATED, change).location(location).body(part);
  }

  public static <T> ResponseEntity<T> createdMany(ConsistencyToken change, T resources) {
    return withToken(HttpStatus.CREATED, change).body(resources);
  }

  public static ResponseEntity<Void> noContent(ConsistencyToken change) {
    return withToken(HttpStatus.NO_CONTENT, change).build();
  }

  /** Returns 202: the change is stored, and further effects follow asynchronously. */
  public static ResponseEntity<Void> accepted(ConsistencyToken change) {
    return withToken(HttpStatus.ACCEPTED, change).build();
  }

  private static ResponseEntity.BodyBuilder withToken(HttpStatus status, ConsistencyToken change) {
    return ResponseEntity.status(status).header(ConsistencyToken.HEADER, change.toString());
  }

  private static String etag(ConsistencyToken change) {
    return "\"" + change.version() + "\"";
  }
}
