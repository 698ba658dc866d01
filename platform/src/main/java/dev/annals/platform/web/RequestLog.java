package dev.annals.platform.web;

import dev.annals.platform.problem.ProblemAdvice;
import dev.annals.platform.security.Caller;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.coyote.CloseNowException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The outermost filter: names the request, answers what other filters throw, and writes the one
 * line that each request gets, without its query, which may hold what nobody should read.
 */
final class RequestLog extends OncePerRequestFilter {

  private static final Logger log = LoggerFactory.getLogger("annals.request");
  private static final Set<String> PROBES = Set.of("/livez", "/readyz");

  private static final String LEFT = RequestLog.class.getName() + ".left";

  private final ProblemAdvice problems;

  RequestLog(ProblemAdvice problems) {
    this.problems = problems;
  }

  /** Returns once the request's first thread has left all filters. */
  static void awaitFilters(HttpServletRequest request) throws InterruptedException {
    if (request.getAttribute(LEFT) instanceof CountDownLatch left) {
      left.await();
    }
  }

  /** A request that has waited is handled again. */
  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException {
    if (isAsyncDispatch(request)) {
      // Its line comes at its end.
      String id = (String) request.getAttribute(RequestId.KEY);
      try (var named = MDC.putCloseable(RequestId.KEY, id)) {
        handle(request, response, chain);
        hangUpIfCutOff(request);
      }
      return;
    }
    long start = System.nanoTime();
    String id = RequestId.acceptOrMake(request.getHeader(RequestId.HEADER));
    request.setAttribute(RequestId.KEY, id);
    response.setHeader(RequestId.HEADER, id);
    CountDownLatch left = new CountDownLatch(1);
    request.setAttribute(LEFT, left);
    try (var named = MDC.putCloseable(RequestId.KEY, id)) {
      handle(request, response, chain);
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new AtTheEnd(request, response, id, start));
      } else {
        line(request, response, start);
      }
      hangUpIfCutOff(request);
    } finally {
      left.countDown();
    }
  }

  private static void hangUpIfCutOff(HttpServletRequest request) throws IOException {
    if (request.getAttribute(ProblemAdvice.CUT_OFF) != null) {
      // Else the client would take what it has for all of the answer.
      throw new CloseNowException("The answer is cut off");
    }
  }

  private void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException {
    try {
      chain.doFilter(request, response);
    } catch (Exception | StackOverflowError thrown) {
      problems.answer(thrown, request, response);
    }
  }

  private static void line(HttpServletRequest request, HttpServletResponse response, long start) {
    if (PROBES.contains(request.getRequestURI())) {
      return;
    }
    long duration = System.nanoTime() - start;
    Object user =
        request.getAttribute(Caller.class.getName()) instanceof Caller caller
            ? caller.userId()
            : "-";
    // Structured logs have each as a field, by its name in the Elastic Common Schema.
    log.atInfo()
        .addKeyValue("http.request.method", request.getMethod())
        .addKeyValue("url.path", request.getRequestURI())
        .addKeyValue("http.response.status_code", response.getStatus())
        .addKeyValue("event.duration", duration)
        .addKeyValue("user.id", user)
        .log(
            "{} {} {} {}ms {}",
            request.getMethod(),
            request.getRequestURI(),
            response.getStatus(),
            duration / 1_000_000,
            user);
  }

  /** Writes the line of a request that goes on after its thread has left. */
  private record AtTheEnd(
      HttpServletRequest request, HttpServletResponse response, String id, long start)
      implements AsyncListener {

    @Override
    public void onComplete(AsyncEvent event) {
      try (var named = MDC.putCloseable(RequestId.KEY, id)) {
        line(request, response, start);
      }
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
