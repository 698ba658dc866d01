package dev.annals.http.web;

import dev.annals.base.problem.Refusal;
import dev.annals.http.problem.ProblemAdvice;
import dev.annals.http.security.Caller;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Suspends a read without a thread until its read model shows a change or the timeout is over, and
 * then dispatches the request again. At most 20 requests of a user wait at a time.
 */
final class VisibilityWait implements HandlerExceptionResolver {

  private static final int MAX_PER_USER = 20;

  private final Permits<UUID> permits = new Permits<>(MAX_PER_USER);
  private final ProblemAdvice problems;

  VisibilityWait(ProblemAdvice problems) {
    this.problems = problems;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception thrown) {
    if (!(thrown instanceof NotYetVisibleException notYet)) {
      return null;
    }
    try {
      suspend(request, notYet.visible);
    } catch (Refusal refusal) {
      notYet.visible.cancel(false);
      refuse(refusal, request, response);
    }
    return new ModelAndView();
  }

  private void suspend(HttpServletRequest request, CompletableFuture<Void> visible) {
    Permits.Permit permit = permits.take(Caller.current().orElseThrow().userId());
    CompletableFuture<Void> ended = visible.whenComplete((shown, failure) -> permit.close());
    AsyncContext suspended = request.startAsync();
    // The future has its own timeout.
    suspended.setTimeout(0);
    CompletableFuture<Void> unused = ended.whenComplete((shown, failure) -> suspended.dispatch());
  }

  private void refuse(Refusal refusal, HttpServletRequest request, HttpServletResponse response) {
    try {
      problems.respond(refusal, request, response);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** Thrown if a read model does not show a change yet. */
  static final class NotYetVisibleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Completes when the read model shows the change or the timeout is over. */
    private final transient CompletableFuture<Void> visible;

    NotYetVisibleException(CompletableFuture<Void> visible) {
      super("The read model does not show the change yet", null, false, false);
      this.visible = visible;
    }
  }
}
