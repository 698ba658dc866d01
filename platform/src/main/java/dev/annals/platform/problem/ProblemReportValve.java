package dev.annals.platform.problem;

import java.io.IOException;
import java.util.UUID;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports what Tomcat refuses by itself, before any filter has seen the request, and what somebody
 * refuses by {@code sendError}. Tomcat makes it by its class name.
 */
public final class ProblemReportValve extends ErrorReportValve {

  private static final Logger log = LoggerFactory.getLogger(ProblemReportValve.class);

  // Of what does not fit into its buffer Tomcat says no more than that.
  private static final String TOO_LARGE =
      StringManager.getManager(Http11InputBuffer.class)
          .getString("iib.requestheadertoolarge.error");

  private static int status(Request request, Response response, @Nullable Throwable throwable) {
    if (throwable == null || !TOO_LARGE.equals(throwable.getMessage())) {
      return response.getStatus();
    }
    return request.getRequestURI() == null ? 414 : 431;
  }

  @Override
  protected void report(Request request, Response response, Throwable throwable) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    if (response.getHeader("X-Request-Id") == null) {
      response.setHeader("X-Request-Id", UUID.randomUUID().toString());
    }
    // What Tomcat cannot parse comes with an exception too, and is the client's fault all the same.
    boolean ours = throwable != null && response.getStatus() >= 500;
    ProblemResponse answer =
        ours ? Problems.of(throwable) : Problems.ofStatus(status(request, response, throwable));
    if (ours && answer.problem() == Problem.INTERNAL_ERROR) {
      log.error("{} {} failed", request.getMethod(), request.getRequestURI(), throwable);
    }
    try {
      answer.write(request, response);
    } catch (IOException gone) {
      log.debug("The client did not wait for its answer", gone);
    }
  }
}
