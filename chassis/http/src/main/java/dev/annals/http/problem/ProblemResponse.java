package dev.annals.http.problem;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.ProblemType;
import dev.annals.base.problem.Refusal;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** The response to a refused request: {@code application/problem+json}, whatever is accepted. */
public record ProblemResponse(Refusal refusal) {

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

  public ProblemResponse(Problem problem, String detail) {
    this(new Refusal(problem, detail));
  }

  public ProblemType problem() {
    return refusal.problem();
  }

  public String detail() {
    return refusal.getMessage();
  }

  public ProblemResponse with(String header, String value) {
    return new ProblemResponse(refusal.with(header, value));
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
    response.setStatus(problem().status());
    refusal.headers().forEach(response::setHeader);
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    byte[] document = refusal.document(path == null ? request.getRequestURI() : path);
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
    response.flushBuffer();
  }
}
