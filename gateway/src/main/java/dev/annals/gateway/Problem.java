package dev.annals.gateway;

import java.util.Arrays;
import java.util.Locale;
import org.springframework.http.HttpStatusCode;

/**
 * What the gateway itself tells a client of, in the words of the two sides (RFC 9457). The type is
 * {@code urn:problem:} and the constant's name in lower case with hyphens.
 */
enum Problem {
  BAD_REQUEST(400, "The request cannot be read", "The request is not well-formed."),
  NOT_FOUND(404, "There is no such resource", "There is nothing here, or it is not yours."),
  METHOD_NOT_ALLOWED(
      405, "The resource does not know this method", "See Allow for what it does know."),
  INTERNAL_ERROR(500, "Something went wrong here", "The request failed. The log here says why."),
  UNAVAILABLE(503, "The service cannot answer now", "Try again soon.");

  private final int status;
  private final String title;
  private final String detail;

  Problem(int status, String title, String detail) {
    this.status = status;
    this.title = title;
    this.detail = detail;
  }

  /** The one with this status, or the general one of its class. */
  static Problem of(HttpStatusCode status) {
    return Arrays.stream(values())
        .filter(problem -> problem.status == status.value())
        .findFirst()
        .orElse(status.is4xxClientError() ? BAD_REQUEST : INTERNAL_ERROR);
  }

  int status() {
    return status;
  }

  String type() {
    return "urn:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String title() {
    return title;
  }

  String detail() {
    return detail;
  }
}
