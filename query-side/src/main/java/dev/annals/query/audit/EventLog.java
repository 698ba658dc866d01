package dev.annals.query.audit;

import dev.annals.events.storage.EventSerializer;
import dev.annals.platform.axon.AxonConfiguration;
import dev.annals.platform.axon.Horizon;
import dev.annals.platform.seal.StoredEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All events in their order, each once: what is read ends at the {@link Horizon}, so that whoever
 * goes on after the last position misses none that commits late.
 */
@Component
class EventLog {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** How many rows are in memory at once. */
  private static final int FETCH = 50;

  /** A page ends early when what is stored of it is as large. */
  private static final long PAGE_BYTES = 8L << 20;

  private final Horizon horizon;
  private final EventSerializer serializer;
  private final TransactionTemplate transactions;
  private final JdbcTemplate jdbc;

  EventLog(
      Horizon horizon,
      EventSerializer serializer,
      TransactionTemplate transactions,
      DataSource dataSource) {
    this.horizon = horizon;
    this.serializer = serializer;
    this.transactions = transactions;
    this.jdbc = new JdbcTemplate(dataSource);
    this.jdbc.setFetchSize(FETCH);
  }

  /** A page, and after which position the next one begins; null if this one is the last. */
  record LogPage(List<AuditedEvent> events, @Nullable Long next) {}

  /** What takes events one by one. */
  @FunctionalInterface
  interface Sink {
    void accept(AuditedEvent event);
  }

  /** The first events after a position; fewer than the limit if they are large. */
  LogPage page(EventFilter filter, long after, int limit) {
    return read(
        filter,
        after,
        limit + 1,
        rows -> {
          List<AuditedEvent> events = new ArrayList<>();
          long bytes = 0;
          while (rows.next()) {
            if (events.size() == limit || bytes > PAGE_BYTES) {
              return new LogPage(events, events.get(events.size() - 1).position());
            }
            StoredEvent event = StoredEvent.read(rows);
            bytes += event.payload().length;
            events.add(audited(event, null));
          }
          return new LogPage(events, null);
        });
  }

  /**
   * Every event after a position, one after the other, however many there are. What the sink throws
   * ends it.
   */
  void export(EventFilter filter, long after, Sink sink) {
    read(
        filter,
        after,
        Long.MAX_VALUE,
        rows -> {
          while (rows.next()) {
            StoredEvent event = StoredEvent.read(rows);
            sink.accept(audited(event, Base64.getEncoder().encodeToString(event.bytes())));
          }
          return after;
        });
  }

  // Rows come as they are fetched only within a transaction.
  private <T> T read(EventFilter filter, long after, long limit, ResultSetExtractor<T> reader) {
    long last = horizon.await();
    List<String> conditions = new ArrayList<>(filter.conditions());
    conditions.add("global_index > ?");
    conditions.add("global_index <= ?");
    List<Object> values = new ArrayList<>(filter.values());
    values.addAll(List.of(after, last, limit));
    return transactions.execute(
        status ->
            jdbc.query(
                "select %s from events.domain_event_entry where %s order by global_index limit ?"
                    .formatted(StoredEvent.COLUMNS, String.join(" and ", conditions)),
                reader,
                values.toArray()));
  }

  private AuditedEvent audited(StoredEvent event, @Nullable String stored) {
    JsonNode origin = JSON.readTree(event.metaData());
    return new AuditedEvent(
        event.position(),
        event.eventId(),
        event.aggregateType(),
        event.aggregateId(),
        event.sequence(),
        event.payloadType().substring(event.payloadType().lastIndexOf('.') + 1),
        event.revision(),
        Instant.parse(event.time()),
        origin.path(AxonConfiguration.ACTOR).asStringOpt().orElse(null),
        origin.path(AxonConfiguration.CORRELATION_ID).asStringOpt().orElse(null),
        serializer.readable(
            new SimpleSerializedObject<>(
                event.payload(), byte[].class, event.payloadType(), event.revision())),
        stored);
  }
}
