package dev.annals.query.audit;

import dev.annals.platform.web.QueryParameters;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.common.DateTimeUtils;

/**
 * Which events are asked for.
 *
 * @param conditions on the columns of the event table, each with one placeholder
 * @param values what these stand for, in order
 */
record EventFilter(List<String> conditions, List<Object> values) {

  /** Reads all but {@code after}; the caller has what is wrong refused. */
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
    // As Axon writes them, all of one length, so that they sort as they happened.
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
