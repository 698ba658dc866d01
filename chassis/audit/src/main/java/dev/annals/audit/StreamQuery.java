package dev.annals.audit;

import dev.annals.http.web.QueryParameters;
import java.util.OptionalLong;

/**
 * A query for a stream of events.
 *
 * @param after sends first the events after this position; 0 for all. A stream without a position
 *     begins with the next event
 */
record StreamQuery(EventFilter filter, OptionalLong after) implements QueryParameters {}
