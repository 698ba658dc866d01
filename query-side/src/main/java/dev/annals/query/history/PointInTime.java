package dev.annals.query.history;

import dev.annals.platform.web.QueryParameters;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

/**
 * Which state of something is meant: the one that a version has, or the one at an instant; without
 * either, the one now.
 */
public record PointInTime(OptionalLong version, Optional<Instant> instant) {

  /** As it is. */
  public static final PointInTime NOW = new PointInTime(OptionalLong.empty(), Optional.empty());

  private static final Duration FOR_EVER = Duration.ofDays(365);

  /**
   * Reads {@code version} and {@code asOf}; empty if the request has neither. The caller has what
   * is wrong refused before it looks.
   */
  public static Optional<PointInTime> read(QueryParameters parameters) {
    OptionalLong version = parameters.integer("version", 0, Long.MAX_VALUE);
    Optional<Instant> instant = parameters.instant("asOf");
    if (parameters.has("version") && parameters.has("asOf")) {
      parameters.reject("asOf", "cannot be given together with version");
    }
    return version.isEmpty() && instant.isEmpty()
        ? Optional.empty()
        : Optional.of(new PointInTime(version, instant));
  }

  /** When it had that version. */
  public static PointInTime ofVersion(long version) {
    return new PointInTime(OptionalLong.of(version), Optional.empty());
  }

  /** Whether an event had happened by then. */
  public boolean includes(DomainEventMessage<?> event) {
    return version.isPresent()
        ? event.getSequenceNumber() <= version.getAsLong()
        : instant.map(it -> !event.getTimestamp().isAfter(it)).orElse(true);
  }

  /** Whether a state of that version is the one that is meant. */
  public boolean isAt(long reached) {
    return version.isEmpty() || version.getAsLong() == reached;
  }

  /** 200 with what was then. A version never changes, so whoever may see it may keep it. */
  public <T> ResponseEntity<T> answer(long reached, T then) {
    ResponseEntity.BodyBuilder answer = ResponseEntity.ok().eTag(Long.toString(reached));
    if (version.isPresent()) {
      answer
          .cacheControl(CacheControl.maxAge(FOR_EVER).cachePrivate().immutable())
          .varyBy(HttpHeaders.AUTHORIZATION);
    }
    return answer.body(then);
  }
}
