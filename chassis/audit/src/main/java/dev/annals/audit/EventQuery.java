package dev.annals.audit;

import dev.annals.eventstore.axon.AuditEntries;
import dev.annals.http.web.QueryParameters;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.axonframework.common.DateTimeUtils;
import org.hibernate.validator.constraints.Range;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A query for events.
 *
 * @param to the latest time, inclusive
 * @param after lists only events after this position
 * @param limit the maximum number of events; a page may have fewer before the last page, and an
 *     export has no limit
 */
record EventQuery(
    EventFilter filter,
    Optional<Instant> to,
    @DefaultValue("0") long after,
    @DefaultValue("100") @Range(min = 1, max = 1_000) int limit)
    implements QueryParameters {

  /** Returns conditions as {@link EventFilter#conditions} does. */
  Map<String, Object> conditions() {
    Map<String, Object> conditions = filter.conditions();
    to.ifPresent(it -> conditions.put(AuditEntries.TO, DateTimeUtils.formatInstant(it)));
    return conditions;
  }
}
