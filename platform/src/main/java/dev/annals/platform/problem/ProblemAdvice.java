package dev.annals.platform.problem;

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

/** Answers whatever a controller, Spring MVC or a filter throws, and logs what is our fault. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class ProblemAdvice {

  /** Says of a request that its answer ends in the middle. */
  public static final String CUT_OFF = ProblemAdvice.class.getName() + ".cutOff";

  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  // Only what the response itself threw tells so: a database that went away looks just the same.
  private static boolean clientIsGone(Throwable thrown) {
    return Problems.causes(thrown)
        .anyMatch(
            cause ->
                cause instanceof ClientAbortException
                    || cause instanceof AsyncRequestNotUsableException);
  }

  /**
   * Answers, and logs once what the client is not to blame for. Where a part of another answer has
   * left it only says so, by the request's attribute {@link #CUT_OFF}.
   */
  @ExceptionHandler(Throwable.class)
  public void answer(Throwable thrown, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (clientIsGone(thrown)) {
      return;
    }
    ProblemResponse answer = Problems.of(thrown);
    if (answer.problem() == Problem.INTERNAL_ERROR) {
      log.error("{} {} failed", request.getMethod(), request.getRequestURI(), thrown);
    } else if (answer.problem() == Problem.UNAVAILABLE) {
      log.warn(
          "{} {} has to wait: {}",
          request.getMethod(),
          request.getRequestURI(),
          NestedExceptionUtils.getMostSpecificCause(thrown).toString());
    } else if (answer.problem() == Problem.UNREADABLE_EVENT) {
      log.warn("{} {}: {}", request.getMethod(), request.getRequestURI(), answer.detail());
    }
    // Tomcat takes an answer for committed once the body cannot be read; it has sent nothing then.
    if (response.isCommitted() && answer.problem() != Problem.BAD_REQUEST) {
      request.setAttribute(CUT_OFF, true);
    }
    answer.write(request, response);
  }
}
