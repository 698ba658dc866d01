package dev.annals.base.problem;

import java.net.URI;
import java.util.Arrays;
import java.util.OptionalInt;

/** The problem types of each program. Those of a status alone have a sentence for clients. */
public enum Problem implements ProblemType {
  BAD_REQUEST(400, "The request cannot be read", "The request is not well-formed."),
  VALIDATION(400, "The request has values that are not allowed"),
  FEATURE_DISABLED(400, "The feature is switched off"),
  UNAUTHORIZED(401, "Authentication is needed", "Send a valid access token."),
  FORBIDDEN(403, "The caller may not do this", "The caller lacks a role for this."),
  NOT_FOUND(404, "There is no such resource", "There is nothing here, or it is not yours."),
  METHOD_NOT_ALLOWED(
      405, "The resource does not know this method", "See Allow for what it does know."),
  NOT_ACCEPTABLE(
      406,
      "The resource has no representation that the client accepts",
      "Accept does not name what there is."),
  REQUEST_TIMEOUT(408, "The request has not arrived in time", "The body has not arrived in time."),
  NOT_REPLAYABLE(409, "The processor's effects must not be repeated"),
  REPLAY_RUNNING(409, "A replay of the processor is running"),
  NOT_DELETED(409, "The resource is not deleted"),
  WEBHOOK_DISABLED(409, "The webhook is disabled"),
  NOT_FAILED(409, "The delivery has not failed"),
  UPLOAD_INCOMPLETE(409, "The file has not arrived yet"),
  CONFLICT(409, "The request conflicts with another one"),
  CURSOR_GONE(410, "The cursor is from a part that was cut off"),
  STALE_VERSION(412, "The resource has changed since"),
  CONTENT_TOO_LARGE(413, "The request's body is too large", "Send less."),
  STORAGE_QUOTA_EXCEEDED(413, "There is no room left for the file"),
  URI_TOO_LONG(414, "The request's target is too long", "Send a shorter one."),
  UNSUPPORTED_MEDIA_TYPE(
      415,
      "The request's media type is not supported",
      "Content-Type is not one that is read here."),
  RANGE_NOT_SATISFIABLE(
      416, "The resource has no such range", "Content-Range says how much there is."),
  EXPECTATION_FAILED(
      417, "The request's expectation cannot be met", "Expect may be 100-continue alone."),
  UPLOAD_MISMATCH(422, "The uploaded file does not match its announcement"),
  UNREADABLE_EVENT(422, "An event of the history cannot be read"),
  IDEMPOTENCY_KEY_REUSE(422, "The Idempotency-Key was used for another request"),
  PRECONDITION_REQUIRED(428, "The request needs an If-Match header"),
  HEADER_FIELDS_TOO_LARGE(
      431, "The request's header fields are too large", "Send fewer or shorter ones."),
  QUOTA_EXCEEDED(429, "The client has sent too many requests"),
  TOO_MANY_REQUESTS(429, "The client has too many requests at a time"),
  TOO_MANY_CONNECTIONS(429, "The user has too many connections and streams at a time"),
  INTERNAL_ERROR(500, "Something went wrong here", "The request failed. The log here says why."),
  NOT_IMPLEMENTED(
      501,
      "The request asks for something that is not known here",
      "The method or the transfer coding is not known."),
  READ_MODEL_BEHIND(503, "The read model has not caught up with the change"),
  UNAVAILABLE(503, "The service cannot answer now", "Try again soon."),
  GATEWAY_TIMEOUT(
      504, "The service has not answered in time", "It may have done what it was asked for."),
  HTTP_VERSION_NOT_SUPPORTED(
      505, "The request's version of HTTP is not supported", "Speak HTTP/1.1.");

  private final int status;
  private final String title;
  private final String detail;

  Problem(int status, String title) {
    this(status, title, "");
  }

  Problem(int status, String title, String detail) {
    this.status = status;
    this.title = title;
    this.detail = detail;
  }

  /** Returns the problem with a standard sentence for an HTTP status, or for its class. */
  public static Problem ofStatus(int status) {
    return Arrays.stream(values())
        .filter(problem -> problem.status == status && !problem.detail.isEmpty())
        .findFirst()
        .orElse(status < 500 ? BAD_REQUEST : INTERNAL_ERROR);
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public URI type() {
    return switch (this) {
      case QUOTA_EXCEEDED, TOO_MANY_CONNECTIONS ->
          URI.create("https://iana.org/assignments/http-problem-types#quota-exceeded");
      default -> ProblemType.super.type();
    };
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String detail() {
    return detail;
  }

  @Override
  public OptionalInt retryAfter() {
    return switch (this) {
      case TOO_MANY_REQUESTS, TOO_MANY_CONNECTIONS, READ_MODEL_BEHIND -> OptionalInt.of(1);
      case UNAVAILABLE -> OptionalInt.of(5);
      default -> OptionalInt.empty();
    };
  }
}
