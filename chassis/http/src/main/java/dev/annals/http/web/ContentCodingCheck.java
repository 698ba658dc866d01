package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;

/** Rejects bodies with a content coding, since none is supported (RFC 9110, 15.5.16). */
final class ContentCodingCheck implements HandlerInterceptor {

  private static final String NONE = "identity";

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (hasBody(request)
        && RequestArguments.lines(request, HttpHeaders.CONTENT_ENCODING).stream()
            .flatMap(line -> Stream.of(line.split(",")))
            .map(String::strip)
            .anyMatch(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase(NONE))) {
      response.setHeader(HttpHeaders.ACCEPT_ENCODING, NONE);
      throw new Refusal(Problem.UNSUPPORTED_MEDIA_TYPE, "The Content-Encoding is not supported.");
    }
    return true;
  }

  private static boolean hasBody(HttpServletRequest request) {
    return request.getContentLengthLong() > 0
        || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
  }
}
