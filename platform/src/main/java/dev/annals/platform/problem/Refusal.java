package dev.annals.platform.problem;

import java.util.List;
import java.util.Map;

/**
 * Thrown to reject a request for a reason that the client can act on. Nothing has changed when it
 * is thrown. It has no stack trace, since it is a response and not a fault.
 */
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Problem problem;
  private final transient Map<String, Object> extensions;

  /** Creates a refusal with a sentence for clients, which must not contain secrets. */
  public Refusal(Problem problem, String detail) {
    this(problem, detail, Map.of());
  }

  /** Creates a refusal with extension members of the problem document (RFC 9457, 3.2). */
  public Refusal(Problem problem, String detail, Map<String, Object> extensions) {
    super(detail, null, false, false);
    this.problem = problem;
    this.extensions = extensions;
  }

  /** Returns a refusal of invalid values. */
  public static Refusal invalid(List<Violation> violations) {
    return new Refusal(
        Problem.VALIDATION,
        violations.size() == 1
            ? "One value is not allowed."
            : violations.size() + " values are not allowed.",
        Map.of("errors", violations));
  }

  /** Returns a refusal of one invalid value. */
  public static Refusal invalid(String pointer, String detail) {
    return invalid(List.of(new Violation(pointer, detail)));
  }

  /** Returns a refusal of a resource that does not exist or belongs to another user. */
  public static Refusal notFound() {
    return new Refusal(Problem.NOT_FOUND, "There is nothing here, or it is not yours.");
  }

  public Problem problem() {
    return problem;
  }

  /** Returns the extension members of the problem document. */
  public Map<String, Object> extensions() {
    return extensions;
  }
}
