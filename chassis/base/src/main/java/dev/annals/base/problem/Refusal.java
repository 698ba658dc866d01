package dev.annals.base.problem;

import dev.annals.base.security.BearerScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Thrown to reject a request for a reason that the client can act on. Nothing has changed when it
 * is thrown. It has no stack trace, since it is a response and not a fault.
 */
public final class Refusal extends RuntimeException {

  public static final String MEDIA_TYPE = "application/problem+json";

  private static final long serialVersionUID = 1L;

  // Not the program's mapper: it may not exist yet, or no longer, when an error occurs.
  private static final JsonMapper JSON = JsonMapper.shared();

  private final transient ProblemType problem;
  private final transient Map<String, Object> extensions;
  private final transient Map<String, String> headers;

  public Refusal(ProblemType problem) {
    this(problem, problem.detail());
  }

  /** Creates a refusal with a sentence for clients, which must not contain secrets. */
  public Refusal(ProblemType problem, String detail) {
    this(problem, detail, Map.of());
  }

  /** Creates a refusal with extension members of the problem document (RFC 9457, 3.2). */
  public Refusal(ProblemType problem, String detail, Map<String, Object> extensions) {
    this(problem, detail, extensions, Map.of());
  }

  private Refusal(
      ProblemType problem,
      String detail,
      Map<String, Object> extensions,
      Map<String, String> headers) {
    super(detail, null, false, false);
    this.problem = problem;
    this.extensions = extensions;
    this.headers = headers;
  }

  public static Refusal invalid(List<Violation> violations) {
    return new Refusal(
        Problem.VALIDATION,
        violations.size() == 1
            ? "One value is not allowed."
            : violations.size() + " values are not allowed.",
        Map.of("errors", violations));
  }

  public static Refusal invalid(String pointer, String detail) {
    return invalid(List.of(new Violation(pointer, detail)));
  }

  /**
   * Refuses a list with duplicates.
   *
   * @param pointer the pointer to the list
   * @throws Refusal {@code validation}
   */
  public static void refuseDuplicates(String pointer, List<?> values) {
    List<Violation> duplicates =
        IntStream.range(0, values.size())
            .filter(i -> values.indexOf(values.get(i)) < i)
            .mapToObj(i -> new Violation(pointer + "/" + i, "is a duplicate"))
            .toList();
    if (!duplicates.isEmpty()) {
      throw invalid(duplicates);
    }
  }

  /** Returns a refusal of a resource that does not exist or belongs to another user. */
  public static Refusal notFound() {
    return new Refusal(Problem.NOT_FOUND);
  }

  public Refusal with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Refusal(problem, getMessage(), extensions, more);
  }

  public ProblemType problem() {
    return problem;
  }

  public Map<String, Object> extensions() {
    return extensions;
  }

  /** Returns the headers of the response, apart from the length. */
  public Map<String, String> headers() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Content-Type", MEDIA_TYPE);
    all.put("Cache-Control", "no-store");
    problem.retryAfter().ifPresent(seconds -> all.put("Retry-After", Integer.toString(seconds)));
    if (problem.status() == 401) {
      all.put("WWW-Authenticate", BearerScheme.CHALLENGE);
    }
    all.putAll(headers);
    return all;
  }

  /** Returns the problem document about the request with a path (RFC 9457, 3.1). */
  public byte[] document(@Nullable Object path) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", problem.type().toString());
    members.put("title", problem.title());
    members.put("status", problem.status());
    members.put("detail", getMessage());
    if (path != null) {
      members.put("instance", path);
    }
    members.putAll(extensions);
    return JSON.writeValueAsBytes(members);
  }

  /** Returns the invalid values, if the request is refused for these. */
  @SuppressWarnings("unchecked")
  public List<Violation> violations() {
    return (List<Violation>) extensions.getOrDefault("errors", List.of());
  }
}
