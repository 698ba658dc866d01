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
 * A refusal on its way to the client: a problem document (RFC 9457) and the headers that belong to
 * it. Whatever the client accepts, it is sent as {@code application/problem+json}.
 *
 * @param extensions further members of the document
 * @param headers such as {@code Allow}; {@code Retry-After} comes with the problem
 */
public record ProblemResponse(
    Problem problem, String detail, Map<String, Object> extensions, Map<String, String> headers) {

  // Its own: the program's mapper may not be there yet, or any more, when something goes wrong.
  private static final JsonMapper JSON = JsonMapper.shared();

  // They describe the representation that is not going to be sent.
  private static final List<String> OF_THE_OTHER =
      List.of(
          "ETag",
          "Last-Modified",
          "Location",
          "Content-Disposition",
          "Content-Encoding",
          "Content-Range",
          "Content-Length",
          "Cache-Control");

  /** A refusal without anything special. */
  public ProblemResponse(Problem problem, String detail) {
    this(problem, detail, Map.of(), Map.of());
  }

  /** The answer that a refusal asks for. */
  public static ProblemResponse of(Refusal refusal) {
    return new ProblemResponse(
        refusal.problem(), refusal.getMessage(), refusal.extensions(), Map.of());
  }

  /** The same with one more header. */
  public ProblemResponse with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new ProblemResponse(problem, detail, extensions, more);
  }

  /**
   * Sends it in the place of whatever the response holds so far; headers that were set for any
   * outcome, such as rate limits, stay. Does nothing if the response has already left.
   */
  public void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      return;
    }
    response.resetBuffer();
    OF_THE_OTHER.forEach(header -> response.setHeader(header, null));
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
