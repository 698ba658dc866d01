package dev.annals.command;

import static org.axonframework.test.matchers.Matchers.matches;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.util.Map;
import org.axonframework.test.aggregate.ResultValidator;

/** What a fixture's command is expected to be answered with. */
public final class Expect {

  private Expect() {}

  /** Refused, with nothing stored. */
  public static void refused(ResultValidator<?> result, Problem problem) {
    refused(result, problem, Map.of());
  }

  /** Refused with these further members, with nothing stored. */
  public static void refused(
      ResultValidator<?> result, Problem problem, Map<String, Object> extensions) {
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
