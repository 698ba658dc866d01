package dev.annals.query.audit;

import dev.annals.platform.web.QueryParameters;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.common.DateTimeUtils;

/**
 * The filter of a query for events.
 *
 * @param conditions on the columns of the event table, each with one placeholder
 * @param values of the placeholders, in order
 */
record EventFilter(List<String> conditions, List<Object> values) {

  /** Reads all parameters but {@code after}, and notes in them those that are invalid. */
  static EventFilter read(QueryParameters parameters) {
    EventFilter filter = new EventFilter(new ArrayList<>(), new ArrayList<>());
    parameters.text("aggregateId").ifPresent(it -> filter.add("aggregate_identifier = ?", it));
    parameters.text("aggregateType").ifPresent(it -> filter.add("type = ?", it));
    parameters.text("type").ifPresent(it -> filter.add("events.simple_name(payload_type) = ?", it));
    parameters
        .text("actor")
        .ifPresent(it -> filter.add("events.origin(meta_data, 'actor') = ?", it));
    parameters
        .text("correlationId")
        .ifPresent(it -> filter.add("events.origin(meta_data, 'correlationId') = ?", it));
    // Axon's form, in which all times have the same length, so that they sort.
    parameters
        .instant("from")
        .ifPresent(it -> filter.add("time_stamp >= ?", DateTimeUtils.formatInstant(it)));
    parameters
        .instant("to")
        .ifPresent(it -> filter.add("time_stamp <= ?", DateTimeUtils.formatInstant(it)));
    return filter;
  }

  private void add(String condition, Object value) {
    conditions.add(condition);
    values.add(value);
  }
}
