package dev.annals.http.web;

import dev.annals.base.web.RequestId;
import dev.annals.base.web.RequestLine;
import dev.annals.http.problem.ProblemAdvice;
import dev.annals.http.security.Caller;
import io.micrometer.core.instrument.LongTaskTimer;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.apache.coyote.CloseNowException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The outermost filter. It sets the request id, answers exceptions of other filters, and records
 * each request in the metrics and in one line of the log, without the query, which may contain
 * personal data.
 */
final class RequestLog extends OncePerRequestFilter {

  private static final String FILTERS_DONE = RequestLog.class.getName() + ".filtersDone";

  private final ProblemAdvice problems;
  private final @Nullable RequestMetrics metrics;

  /**
   * @param metrics records each request; null if observations do
   */
  RequestLog(ProblemAdvice problems, @Nullable RequestMetrics metrics) {
    this.problems = problems;
    this.metrics = metrics;
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
    LongTaskTimer.Sample active = metrics == null ? null : metrics.begin(request);
    try (var named = MDC.putCloseable(RequestId.KEY, id)) {
      handle(request, response, chain);
      if (request.isAsyncStarted()) {
        request
            .getAsyncContext()
            .addListener(new LogOnCompletion(request, response, start, active));
      } else {
        record(request, response, start, active);
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

  private void record(
      HttpServletRequest request,
      HttpServletResponse response,
      long start,
      LongTaskTimer.@Nullable Sample active) {
    long nanos = System.nanoTime() - start;
    RequestLine.log(
        (String) request.getAttribute(RequestId.KEY),
        request.getMethod(),
        request.getRequestURI(),
        response.getStatus(),
        nanos,
        Caller.of(request).map(Caller::userId).orElse(null));
    if (active != null) {
      metrics.end(active, request, response.getStatus(), nanos);
    }
  }

  private final class LogOnCompletion implements AsyncListener {

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final long start;
    private final LongTaskTimer.@Nullable Sample active;

    private LogOnCompletion(
        HttpServletRequest request,
        HttpServletResponse response,
        long start,
        LongTaskTimer.@Nullable Sample active) {
      this.request = request;
      this.response = response;
      this.start = start;
      this.active = active;
    }

    @Override
    public void onComplete(AsyncEvent event) {
      record(request, response, start, active);
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
