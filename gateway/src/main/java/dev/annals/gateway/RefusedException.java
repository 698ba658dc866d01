package dev.annals.gateway;

import org.springframework.http.HttpHeaders;

/** The gateway does not forward a request; the client is told the reason. */
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

  /** Adds a header to the answer. */
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
