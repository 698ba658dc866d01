package dev.annals.http.web;

import dev.annals.base.web.RequestId;
import dev.annals.base.web.RequestLine;
import dev.annals.http.problem.ProblemAdvice;
import dev.annals.http.security.Caller;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.apache.coyote.CloseNowException;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The outermost filter. It sets the request id, answers exceptions of other filters, and logs one
 * line for each request, without the query, which may contain personal data.
 */
final class RequestLog extends OncePerRequestFilter {

  private static final String FILTERS_DONE = RequestLog.class.getName() + ".filtersDone";

  private final ProblemAdvice problems;

  RequestLog(ProblemAdvice problems) {
    this.problems = problems;
  }

  /** Waits until the request's first thread has left all filters. */
  static void awaitFilters(HttpServletRequest request) throws InterruptedException {
    if (request.getAttribute(FILTERS_DONE) instanceof CountDownLatch filtersDone) {
      filtersDone.await();
    }
  }

  /** Filters the second dispatch of a request that has waited. */
  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException {
    if (isAsyncDispatch(request)) {
      // LogOnCompletion logs this request.
      String id = (String) request.getAttribute(RequestId.KEY);
      try (var named = MDC.putCloseable(RequestId.KEY, id)) {
        handle(request, response, chain);
        closeIfCutOff(request);
      }
      return;
    }
    long start = System.nanoTime();
    String id = RequestId.acceptOrCreate(request.getHeader(RequestId.HEADER));
    request.setAttribute(RequestId.KEY, id);
    response.setHeader(RequestId.HEADER, id);
    CountDownLatch filtersDone = new CountDownLatch(1);
    request.setAttribute(FILTERS_DONE, filtersDone);
    try (var named = MDC.putCloseable(RequestId.KEY, id)) {
      handle(request, response, chain);
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new LogOnCompletion(request, response, start));
      } else {
        writeLine(request, response, start);
      }
      closeIfCutOff(request);
    } finally {
      filtersDone.countDown();
    }
  }

  private static void closeIfCutOff(HttpServletRequest request) throws IOException {
    if (request.getAttribute(ProblemAdvice.CUT_OFF) != null) {
      // Otherwise the client would take the truncated response for complete.
      throw new CloseNowException("The response is truncated");
    }
  }

  private void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException {
    try {
      chain.doFilter(request, response);
    } catch (Exception | StackOverflowError thrown) {
      problems.respond(thrown, request, response);
    }
  }

  private static void writeLine(
      HttpServletRequest request, HttpServletResponse response, long start) {
    RequestLine.log(
        (String) request.getAttribute(RequestId.KEY),
        request.getMethod(),
        request.getRequestURI(),
        response.getStatus(),
        System.nanoTime() - start,
        Caller.of(request).map(Caller::userId).orElse(null));
  }

  private record LogOnCompletion(
      HttpServletRequest request, HttpServletResponse response, long start)
      implements AsyncListener {

    @Override
    public void onComplete(AsyncEvent event) {
      writeLine(request, response, start);
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
