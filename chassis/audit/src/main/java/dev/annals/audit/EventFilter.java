package dev.annals.audit;

import dev.annals.eventstore.axon.AuditEntries;
import dev.annals.http.web.QueryParameters;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.axonframework.common.DateTimeUtils;

/**
 * A filter of events.
 *
 * @param aggregateType the type of the aggregate
 * @param type the name of the event
 * @param actor the id of the user who caused the event
 * @param correlationId the {@code X-Request-Id} of the request that caused the event
 * @param from the earliest time, inclusive
 */
record EventFilter(
    Optional<String> aggregateId,
    Optional<String> aggregateType,
    Optional<String> type,
    Optional<String> actor,
    Optional<String> correlationId,
    Optional<Instant> from)
    implements QueryParameters {

  /**
   * Returns conditions on columns of events and their entries, each with its placeholder's value.
   */
  Map<String, Object> conditions() {
    Map<String, Object> conditions = new LinkedHashMap<>();
    aggregateId.ifPresent(it -> conditions.put(AuditEntries.AGGREGATE, it));
    aggregateType.ifPresent(it -> conditions.put("type = ?", it));
    type.ifPresent(it -> conditions.put("name = ?", it));
    actor.ifPresent(it -> conditions.put("actor = ?", it));
    correlationId.ifPresent(it -> conditions.put("correlation_id = ?", it));
    // Axon's form, in which all times have the same length, so that they sort.
    from.ifPresent(it -> conditions.put(AuditEntries.FROM, DateTimeUtils.formatInstant(it)));
    return conditions;
  }
}
