package dev.annals.http.problem;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.start.Causes;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.ClientAbortException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Answers all exceptions with problem documents and logs server errors. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class ProblemAdvice {

  /** The request attribute that marks a truncated response. */
  public static final String CUT_OFF = ProblemAdvice.class.getName() + ".cutOff";

  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  // Only exceptions of the response count: a lost database connection throws the same IOException.
  private static boolean clientIsGone(Throwable thrown) {
    return Causes.of(thrown)
        .anyMatch(
            cause ->
                cause instanceof ClientAbortException
                    || cause instanceof AsyncRequestNotUsableException);
  }

  /**
   * Writes the problem document and logs server errors once. If part of another response has been
   * sent, it only sets the request attribute {@link #CUT_OFF}.
   */
  @ExceptionHandler(Throwable.class)
  public void respond(Throwable thrown, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (clientIsGone(thrown)) {
      return;
    }
    Refusal refusal = Problems.of(thrown);
    if (refusal.problem() == Problem.INTERNAL_ERROR) {
      log.error("{} {} failed", request.getMethod(), request.getRequestURI(), thrown);
    } else if (refusal.problem() == Problem.UNAVAILABLE) {
      log.warn(
          "{} {} fails for now: {}",
          request.getMethod(),
          request.getRequestURI(),
          NestedExceptionUtils.getMostSpecificCause(thrown).toString());
    } else if (refusal.problem() == Problem.UNREADABLE_EVENT) {
      log.warn("{} {}: {}", request.getMethod(), request.getRequestURI(), refusal.getMessage());
    }
    // Tomcat marks a response as committed when the body cannot be read, though it has sent
    // nothing.
    if (response.isCommitted() && refusal.problem() != Problem.BAD_REQUEST) {
      request.setAttribute(CUT_OFF, true);
    }
    Problems.write(refusal, request, response);
  }
}
