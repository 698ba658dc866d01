package dev.annals.platform.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A problem document (RFC 9457) with its headers. It is sent as {@code application/problem+json},
 * whatever the client accepts.
 *
 * @param extensions further members of the document
 * @param headers such as {@code Allow}; {@code Retry-After} follows from the problem
 */
public record ProblemResponse(
    Problem problem, String detail, Map<String, Object> extensions, Map<String, String> headers) {

  // Not the program's mapper: it may not exist yet, or no longer, when an error occurs.
  private static final JsonMapper JSON = JsonMapper.shared();

  // They describe the representation that this document replaces.
  private static final List<String> REPRESENTATION_HEADERS =
      List.of(
          "ETag",
          "Last-Modified",
          "Location",
          "Content-Disposition",
          "Content-Encoding",
          "Content-Range",
          "Content-Length",
          "Cache-Control");

  /** Creates a response without extensions and headers. */
  public ProblemResponse(Problem problem, String detail) {
    this(problem, detail, Map.of(), Map.of());
  }

  /** Creates the response to a refusal. */
  public static ProblemResponse of(Refusal refusal) {
    return new ProblemResponse(
        refusal.problem(), refusal.getMessage(), refusal.extensions(), Map.of());
  }

  /** Returns this response with one more header. */
  public ProblemResponse with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new ProblemResponse(problem, detail, extensions, more);
  }

  /**
   * Sends this document instead of the buffered response. Headers that do not describe the
   * representation, such as rate limits, stay. Does nothing if the response is committed.
   */
  public void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      return;
    }
    response.resetBuffer();
    REPRESENTATION_HEADERS.forEach(header -> response.setHeader(header, null));
    response.setStatus(problem.status());
    problem
        .retryAfter()
        .ifPresent(seconds -> response.setHeader("Retry-After", Integer.toString(seconds)));
    if (problem.status() == HttpServletResponse.SC_UNAUTHORIZED) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    headers.forEach(response::setHeader);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/problem+json");
    byte[] document = document(request).getBytes(StandardCharsets.UTF_8);
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
    response.flushBuffer();
  }

  private String document(HttpServletRequest request) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", problem.type().toString());
    members.put("title", problem.title());
    members.put("status", problem.status());
    members.put("detail", detail);
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    if (path != null || request.getRequestURI() != null) {
      members.put("instance", path == null ? request.getRequestURI() : path);
    }
    members.putAll(extensions);
    return JSON.writeValueAsString(members);
  }
}
