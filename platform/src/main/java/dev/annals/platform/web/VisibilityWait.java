package dev.annals.platform.web;

import dev.annals.platform.problem.ProblemAdvice;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Caller;
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
 * Has a read wait for its read model without a thread: the request is handled again from the
 * beginning when the model shows the change, or the time is over. At most 20 requests of a user
 * wait at a time.
 */
final class VisibilityWait implements HandlerExceptionResolver {

  private static final int MOST = 20;

  private final Permits<UUID> permits = new Permits<>(MOST);
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
    if (!(thrown instanceof NotYetVisibleException unseen)) {
      return null;
    }
    try {
      suspend(request, unseen.seen());
    } catch (Refusal tooMany) {
      unseen.seen().cancel(false);
      refuse(tooMany, request, response);
    }
    return new ModelAndView();
  }

  private void suspend(HttpServletRequest request, CompletableFuture<Void> seen) {
    Caller caller = (Caller) request.getAttribute(Caller.class.getName());
    Permits.Permit permit = permits.take(caller.userId());
    CompletableFuture<Void> ended = seen.whenComplete((shown, failure) -> permit.close());
    AsyncContext suspended = request.startAsync();
    // The future has a time limit of its own.
    suspended.setTimeout(0);
    CompletableFuture<Void> unused = ended.whenComplete((shown, failure) -> suspended.dispatch());
  }

  private void refuse(Refusal refusal, HttpServletRequest request, HttpServletResponse response) {
    try {
      problems.answer(refusal, request, response);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
