package dev.annals.base.web;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The line that each request gets in the log. It has no query, which may contain personal data. */
public final class RequestLine {

  static final String LOGGER = "annals.request";

  private static final Logger log = LoggerFactory.getLogger(LOGGER);
  private static final Set<String> PROBES = Set.of("/livez", "/readyz");
  private static final String NO_USER = "-";

  private RequestLine() {}

  /**
   * Logs a request, unless it is a probe.
   *
   * @param id the id of the request
   * @param user the id of the authenticated user, or null
   */
  public static void log(
      String id, String method, String path, int status, long nanos, @Nullable Object user) {
    if (PROBES.contains(path)) {
      return;
    }
    Object known = user == null ? NO_USER : user;
    try (var named = MDC.putCloseable(RequestId.KEY, id)) {
      // Fields of structured logs, named as in the Elastic Common Schema.
      log.atInfo()
          .addKeyValue("http.request.method", method)
          .addKeyValue("url.path", path)
          .addKeyValue("http.response.status_code", status)
          .addKeyValue("event.duration", nanos)
          .addKeyValue("user.id", known)
          .log("{} {} {} {}ms {}", method, path, status, nanos / 1_000_000, known);
    }
  }
}
