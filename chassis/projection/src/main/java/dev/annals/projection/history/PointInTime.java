package dev.annals.projection.history;

import dev.annals.base.problem.Refusal;
import dev.annals.http.web.QueryParameters;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

/**
 * A point in the life of an aggregate: at a version, at an instant, or now if both are empty.
 *
 * @param version shows the state at that version
 * @param asOf shows the state at that time; not together with {@code version}
 */
public record PointInTime(OptionalLong version, Optional<Instant> asOf) implements QueryParameters {

  private static final Duration MAX_AGE = Duration.ofDays(365);

  public PointInTime {
    if (version.isPresent() && asOf.isPresent()) {
      throw Refusal.invalid("?asOf", "cannot be given together with version");
    }
  }

  /** Returns the point at which the aggregate had that version. */
  public static PointInTime ofVersion(long version) {
    return new PointInTime(OptionalLong.of(version), Optional.empty());
  }

  public boolean isNow() {
    return version.isEmpty() && asOf.isEmpty();
  }

  /** Returns whether the event happened at this point or before. */
  public boolean includes(DomainEventMessage<?> event) {
    return version.isPresent()
        ? event.getSequenceNumber() <= version.getAsLong()
        : asOf.map(it -> !event.getTimestamp().isAfter(it)).orElse(true);
  }

  /** Returns whether a state of that version answers the request. */
  public boolean isAt(long reached) {
    return version.isEmpty() || version.getAsLong() == reached;
  }

  /** Answers 200 with the state. Its owner may cache it for a year if a version was asked for. */
  public <T> ResponseEntity<T> answer(long reached, T then) {
    ResponseEntity.BodyBuilder answer = ResponseEntity.ok().eTag(Long.toString(reached));
    if (version.isPresent()) {
      answer
          .cacheControl(CacheControl.maxAge(MAX_AGE).cachePrivate().immutable())
          .varyBy(HttpHeaders.AUTHORIZATION);
    }
    return answer.body(then);
  }
}
