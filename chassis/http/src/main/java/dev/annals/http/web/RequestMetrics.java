package dev.annals.http.web;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Records requests in the meters of Spring's observations, with the same tags. An observation for
 * each request would allocate a sixth of what a small change takes.
 */
final class RequestMetrics {

  private static final String NAME = "http.server.requests";

  // Clients can send any method, but a tag needs few values.
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  private final MeterRegistry meters;
  private final Map<Ended, Timer> ended = new ConcurrentHashMap<>();
  private final Map<String, LongTaskTimer> active = new ConcurrentHashMap<>();

  private record Ended(String method, int status, @Nullable String pattern) {}

  RequestMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  LongTaskTimer.Sample begin(HttpServletRequest request) {
    return active
        .computeIfAbsent(
            method(request),
            method ->
                LongTaskTimer.builder(NAME + ".active")
                    .tags(tags(new Ended(method, 200, null)))
                    .register(meters))
        .start();
  }

  void end(LongTaskTimer.Sample begun, HttpServletRequest request, int status, long nanos) {
    String pattern = (String) request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    ended
        .computeIfAbsent(
            new Ended(method(request), status, pattern),
            kind -> Timer.builder(NAME).tags(tags(kind)).tag("error", "none").register(meters))
        .record(nanos, TimeUnit.NANOSECONDS);
    begun.stop();
  }

  private static String method(HttpServletRequest request) {
    String method = request.getMethod();
    return METHODS.contains(method) ? method : "UNKNOWN";
  }

  private static Tags tags(Ended kind) {
    return Tags.of(
        "exception", "none",
        "method", kind.method(),
        "outcome", Outcome.forStatus(kind.status()).name(),
        "status", Integer.toString(kind.status()),
        "uri", uri(kind));
  }

  private static String uri(Ended kind) {
    if (kind.pattern() != null) {
      return kind.pattern().isEmpty() ? "root" : kind.pattern();
    }
    return kind.status() == 404
        ? "NOT_FOUND"
        : kind.status() / 100 == 3 ? "REDIRECTION" : "UNKNOWN";
  }
}
