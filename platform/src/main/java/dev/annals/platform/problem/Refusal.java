package dev.annals.platform.problem;

import java.util.List;
import java.util.Map;

/**
 * The program says no, for a reason that the caller can act on. Nothing has changed when this is
 * thrown. It carries no stack trace: it is an answer, not a fault.
 */
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Problem problem;
  private final transient Map<String, Object> extensions;

  /** Refuses with a sentence for a person; it must hold nothing secret. */
  public Refusal(Problem problem, String detail) {
    this(problem, detail, Map.of());
  }

  /** Refuses with further members of the problem document (RFC 9457, 3.2). */
  public Refusal(Problem problem, String detail, Map<String, Object> extensions) {
    super(detail, null, false, false);
    this.problem = problem;
    this.extensions = extensions;
  }

  /** Refuses values, all of them named. */
  public static Refusal invalid(List<Violation> violations) {
    return new Refusal(
        Problem.VALIDATION,
        violations.size() == 1
            ? "One value is not allowed."
            : violations.size() + " values are not allowed.",
        Map.of("errors", violations));
  }

  /** Refuses one value. */
  public static Refusal invalid(String pointer, String detail) {
    return invalid(List.of(new Violation(pointer, detail)));
  }

  /** There is nothing there, or nothing that the caller may know of. */
  public static Refusal notFound() {
    return new Refusal(Problem.NOT_FOUND, "There is nothing here, or it is not yours.");
  }

  /** What kind of refusal it is. */
  public Problem problem() {
    return problem;
  }

  /** Further members of the problem document. */
  public Map<String, Object> extensions() {
    return extensions;
  }
}
