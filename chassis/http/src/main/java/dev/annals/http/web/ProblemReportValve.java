package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.web.CorsProperties;
import dev.annals.base.web.RequestId;
import dev.annals.http.problem.Problems;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes problem documents for {@code sendError} and for requests that Tomcat itself rejects. */
final class ProblemReportValve extends ErrorReportValve {

  private static final Logger log = LoggerFactory.getLogger(ProblemReportValve.class);

  // Tomcat's only hint that a head does not fit into its buffer.
  private static final String TOO_LARGE =
      StringManager.getManager(Http11InputBuffer.class)
          .getString("iib.requestheadertoolarge.error");

  private final CorsProperties cors;

  ProblemReportValve(CorsProperties cors) {
    this.cors = cors;
  }

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
    if (response.getHeader(RequestId.HEADER) == null) {
      response.setHeader(
          RequestId.HEADER, RequestId.acceptOrCreate(request.getHeader(RequestId.HEADER)));
    }
    cors.headers(request.getHeader("Origin")).forEach(response::setHeader);
    // A parse error of Tomcat has an exception, too, but is the client's fault.
    boolean serverError = throwable != null && response.getStatus() >= 500;
    Refusal answer =
        serverError
            ? Problems.of(throwable)
            : Problems.ofStatus(status(request, response, throwable));
    if (serverError && answer.problem() == Problem.INTERNAL_ERROR) {
      log.error("{} {} failed", request.getMethod(), request.getRequestURI(), throwable);
    }
    try {
      Problems.write(answer, request, response);
    } catch (IOException gone) {
      log.debug("The client closed its connection before the response", gone);
    }
  }
}
