package dev.annals.gateway;

import org.springframework.http.HttpHeaders;

/** The gateway passes a request on to nobody, for a reason that its sender is told. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final transient HttpHeaders headers = new HttpHeaders();

  RefusedException(Problem problem) {
    this(problem, problem.detail());
  }

  RefusedException(Problem problem, String detail) {
    super(detail, null, false, false);
    this.problem = problem;
  }

  /** The same with a header. */
  RefusedException with(String header, String value) {
    headers.set(header, value);
    return this;
  }

  Problem problem() {
    return problem;
  }

  HttpHeaders headers() {
    return headers;
  }
}
