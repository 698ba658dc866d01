package dev.annals.gateway;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The problems that the gateway itself answers with (RFC 9457), worded as on the sides. The type is
 * {@code urn:problem:} and the constant's name in lower case with hyphens.
 */
enum Problem {
  BAD_REQUEST(400, "The request cannot be read", "The request is not well-formed."),
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
  CONTENT_TOO_LARGE(413, "The request's body is too large", "Send less."),
  URI_TOO_LONG(414, "The request's target is too long", "Send a shorter one."),
  EXPECTATION_FAILED(
      417, "The request's expectation cannot be met", "Expect may be 100-continue alone."),
  HEADER_FIELDS_TOO_LARGE(
      431, "The request's header fields are too large", "Send fewer or shorter ones."),
  INTERNAL_ERROR(500, "Something went wrong here", "The request failed. The log here says why."),
  NOT_IMPLEMENTED(
      501,
      "The request asks for something that is not known here",
      "The method or the transfer coding is not known."),
  UNAVAILABLE(503, "The service cannot answer now", "Try again soon."),
  GATEWAY_TIMEOUT(
      504, "The service has not answered in time", "It may have done what it was asked for."),
  HTTP_VERSION_NOT_SUPPORTED(
      505, "The request's version of HTTP is not supported", "Speak HTTP/1.1.");

  private final int status;
  private final String title;
  private final String detail;

  Problem(int status, String title, String detail) {
    this.status = status;
    this.title = title;
    this.detail = detail;
  }

  /** Returns the problem with this status, or 400 for an unknown 4xx and 500 for others. */
  static Problem of(int status) {
    return Arrays.stream(values())
        .filter(problem -> problem.status == status)
        .findFirst()
        .orElse(status < 500 ? BAD_REQUEST : INTERNAL_ERROR);
  }

  int status() {
    return status;
  }

  String detail() {
    return detail;
  }

  /** Returns the JSON document about the request with this path. */
  byte[] document(String detail, String path) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", "urn:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    members.put("title", title);
    members.put("status", status);
    members.put("detail", detail);
    members.put("instance", path);
    return JsonMapper.shared().writeValueAsBytes(members);
  }
}
