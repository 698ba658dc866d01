package dev.annals.platform.problem;

import java.net.URI;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The kinds of errors of the API, each with its status, type and title (RFC 9457). The type is
 * {@code urn:problem:} and the constant's name in lower case with hyphens, unless a type is
 * registered.
 */
public enum Problem {
  BAD_REQUEST(400, "The request cannot be read"),
  VALIDATION(400, "The request has values that are not allowed"),
  FEATURE_DISABLED(400, "The feature is switched off"),
  UNAUTHORIZED(401, "Authentication is needed"),
  INVALID_RESET_TOKEN(400, "The password reset token is invalid or expired"),
  INVALID_VERIFICATION_TOKEN(400, "The verification token is invalid or expired"),
  BAD_CREDENTIALS(401, "The e-mail address or the password is wrong"),
  WRONG_PASSWORD(400, BAD_CREDENTIALS),
  INVALID_REFRESH_TOKEN(401, "The refresh token is invalid or expired"),
  ACCOUNT_DISABLED(403, "The account is disabled"),
  FORBIDDEN(403, "The caller may not do this"),
  NOT_FOUND(404, "There is no such resource"),
  METHOD_NOT_ALLOWED(405, "The resource does not know this method"),
  NOT_ACCEPTABLE(406, "The resource has no representation that the client accepts"),
  REQUEST_TIMEOUT(408, "The request has not arrived in time"),
  EMAIL_TAKEN(409, "The e-mail address is taken"),
  ALREADY_VERIFIED(409, "The e-mail address is verified already"),
  INVALID_TRANSITION(409, "The task's status does not allow this"),
  LAST_ADMIN(409, "The last administrator must stay"),
  NOT_REPLAYABLE(409, "The processor's effects must not be repeated"),
  REPLAY_RUNNING(409, "A replay of the processor is running"),
  NOT_DELETED(409, "The resource is not deleted"),
  UPLOAD_INCOMPLETE(409, "The file has not arrived yet"),
  CONFLICT(409, "The request conflicts with another one"),
  STALE_VERSION(412, "The resource has changed since"),
  CONTENT_TOO_LARGE(413, "The request's body is too large"),
  STORAGE_QUOTA_EXCEEDED(413, "There is no room left for the file"),
  URI_TOO_LONG(414, "The request's target is too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "The request's media type is not supported"),
  RANGE_NOT_SATISFIABLE(416, "The resource has no such range"),
  EXPECTATION_FAILED(417, "The request's expectation cannot be met"),
  UPLOAD_MISMATCH(422, "The uploaded file does not match its announcement"),
  UNREADABLE_EVENT(422, "An event of the history cannot be read"),
  IDEMPOTENCY_KEY_REUSE(422, "The Idempotency-Key was used for another request"),
  PRECONDITION_REQUIRED(428, "The request needs an If-Match header"),
  HEADER_FIELDS_TOO_LARGE(431, "The request's header fields are too large"),
  QUOTA_EXCEEDED(
      429,
      URI.create("https://iana.org/assignments/http-problem-types#quota-exceeded"),
      "The client has sent too many requests"),
  TOO_MANY_REQUESTS(429, "The client has too many requests at a time", 1),
  INTERNAL_ERROR(500, "Something went wrong here"),
  NOT_IMPLEMENTED(501, "The request asks for something that is not known here"),
  READ_MODEL_BEHIND(503, "The read model has not caught up with the change", 1),
  UNAVAILABLE(503, "The service cannot answer now", 5),
  HTTP_VERSION_NOT_SUPPORTED(505, "The request's version of HTTP is not supported");

  private final int status;
  private final URI type;
  private final String title;
  private final OptionalInt retryAfter;

  Problem(int status, String title) {
    this.status = status;
    this.type = urn(name());
    this.title = title;
    this.retryAfter = OptionalInt.empty();
  }

  Problem(int status, String title, int retryAfterSeconds) {
    this.status = status;
    this.type = urn(name());
    this.title = title;
    this.retryAfter = OptionalInt.of(retryAfterSeconds);
  }

  Problem(int status, URI type, String title) {
    this.status = status;
    this.type = type;
    this.title = title;
    this.retryAfter = OptionalInt.empty();
  }

  /** Creates a problem with the type and title of another one and a different status. */
  Problem(int status, Problem same) {
    this.status = status;
    this.type = same.type;
    this.title = same.title;
    this.retryAfter = OptionalInt.empty();
  }

  private static URI urn(String name) {
    return URI.create("urn:problem:" + name.toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  public int status() {
    return status;
  }

  public URI type() {
    return type;
  }

  /** Returns the seconds after which a retry may succeed, empty for permanent problems. */
  public OptionalInt retryAfter() {
    return retryAfter;
  }

  public String title() {
    return title;
  }
}
