package dev.annals.audit;

import dev.annals.http.web.QueryParameters;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.axonframework.common.DateTimeUtils;
import org.hibernate.validator.constraints.Range;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A query for events.
 *
 * @param aggregateType the type of the aggregate
 * @param type the name of the event
 * @param actor the id of the user who caused the event
 * @param correlationId the {@code X-Request-Id} of the request that caused the event
 * @param from the earliest time, inclusive
 * @param to the latest time, inclusive
 * @param after lists only events after this position
 * @param limit the maximum number of events; a page may have fewer before the last page, and an
 *     export has no limit
 */
record EventQuery(
    Optional<String> aggregateId,
    Optional<String> aggregateType,
    Optional<String> type,
    Optional<String> actor,
    Optional<String> correlationId,
    Optional<Instant> from,
    Optional<Instant> to,
    @DefaultValue("0") long after,
    @DefaultValue("100") @Range(min = 1, max = 1_000) int limit)
    implements QueryParameters {

  /**
   * Returns conditions on columns of events and their entries, each with its placeholder's value.
   */
  Map<String, Object> conditions() {
    Map<String, Object> conditions = new LinkedHashMap<>();
    aggregateId.ifPresent(it -> conditions.put("aggregate_identifier = ?", it));
    aggregateType.ifPresent(it -> conditions.put("type = ?", it));
    type.ifPresent(it -> conditions.put("name = ?", it));
    actor.ifPresent(it -> conditions.put("actor = ?", it));
    correlationId.ifPresent(it -> conditions.put("correlation_id = ?", it));
    // Axon's form, in which all times have the same length, so that they sort.
    from.ifPresent(it -> conditions.put("time_stamp >= ?", DateTimeUtils.formatInstant(it)));
    to.ifPresent(it -> conditions.put("time_stamp <= ?", DateTimeUtils.formatInstant(it)));
    return conditions;
  }
}
