package dev.annals.http.problem;

import dev.annals.base.problem.Refusal;
import java.util.Optional;

/** Maps the exceptions of a module, which lists it in {@code META-INF/spring.factories}. */
@FunctionalInterface
public interface ProblemMapping {

  /** Returns the refusal of an exception itself, not of its causes; empty for other exceptions. */
  Optional<Refusal> refusal(Throwable thrown);
}
