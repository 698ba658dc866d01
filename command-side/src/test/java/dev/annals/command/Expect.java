package dev.annals.command;

import static org.axonframework.test.matchers.Matchers.matches;

import dev.annals.base.problem.ProblemType;
import dev.annals.base.problem.Refusal;
import java.util.Map;
import org.axonframework.test.aggregate.ResultValidator;

/** Expectations about a fixture's command. */
public final class Expect {

  private Expect() {}

  /** Expects a refusal and no events. */
  public static void refused(ResultValidator<?> result, ProblemType problem) {
    refused(result, problem, Map.of());
  }

  /** Expects a refusal with these further members and no events. */
  public static void refused(
      ResultValidator<?> result, ProblemType problem, Map<String, Object> extensions) {
    result
        .expectNoEvents()
        .expectException(
            matches(
                failure ->
                    failure instanceof Refusal refusal
                        && refusal.problem() == problem
                        && refusal.extensions().equals(extensions)));
  }
}
