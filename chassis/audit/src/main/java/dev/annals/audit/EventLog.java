package dev.annals.audit;

import dev.annals.eventstore.axon.AuditEntries;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.eventstore.axon.HighWaterMark;
import dev.annals.eventstore.seal.StoredEvent;
import dev.annals.eventstore.storage.EventSerializer;
import dev.annals.eventstore.storage.UnreadableEventException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads all events in order, each once. Reads end at the {@link HighWaterMark}, so an event that
 * commits late never comes before a position that was read.
 */
record EventLog(
    HighWaterMark highWaterMark,
    AuditEntries entries,
    EventSerializer serializer,
    TransactionTemplate transactions,
    JdbcClient jdbc) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** The number of rows in memory at once. */
  private static final int FETCH_SIZE = 10;

  /** A page ends early once its stored payloads exceed this. */
  private static final long MAX_PAGE_BYTES = 1L << 20;

  /** The memory of a page, in all its forms, with its last event. */
  static final long MAX_PAGE_MEMORY = 8 << 20;

  /**
   * The number of events that an export reads in one transaction, which ends before they are sent.
   */
  private static final int EXPORT_BATCH = 500;

  /** The number of events that a stream reads at once, and the size of its pages. */
  private static final int STREAM_BATCH = 100;

  private static final long MAX_STREAM_BYTES = 64 << 10;

  private static final Duration HIGH_WATER_MARK_TIMEOUT = Duration.ofSeconds(5);

  /** A page, and the position after which the next one begins; null for the last page. */
  record LogPage(List<AuditedEvent> events, @Nullable Long next) {}

  /**
   * Returns the first events; fewer than the limit if they are large, or if few of the newest
   * events match.
   *
   * @throws org.springframework.dao.QueryTimeoutException if a transaction that writes events does
   *     not end
   */
  LogPage page(EventQuery query) {
    return page(query.conditions(), query.after(), end(), query.limit(), MAX_PAGE_BYTES, false);
  }

  /**
   * Returns the position up to which the order of events is final.
   *
   * @throws org.springframework.dao.QueryTimeoutException if a transaction that writes events does
   *     not end
   */
  long end() {
    return highWaterMark.await(HIGH_WATER_MARK_TIMEOUT);
  }

  /** Returns the position of the newest event; 0 if there is none. */
  long newest() {
    return jdbc.sql("select coalesce(max(global_index), 0) from events.domain_event_entry")
        .query(Long.class)
        .single();
  }

  /**
   * Returns the first events in a range of positions, in less memory than {@link #page}.
   *
   * @param after exclusive
   * @param last inclusive; at most {@link #end}
   */
  LogPage next(EventFilter filter, long after, long last) {
    return page(filter.conditions(), after, last, STREAM_BATCH, MAX_STREAM_BYTES, false);
  }

  /**
   * Returns an export of all events that exist now, whatever the limit.
   *
   * @throws org.springframework.dao.QueryTimeoutException if a transaction that writes events does
   *     not end
   */
  Export export(EventQuery query) {
    return new Export(this, query, end());
  }

  /** Events that are read while they are sent, with their stored bytes. */
  record Export(EventLog log, EventQuery query, long last) {

    /** Passes the events to the sink, one by one. An exception of the sink ends the export. */
    void sendTo(Consumer<AuditedEvent> sink) {
      for (Long next = query.after(); next != null; ) {
        LogPage page = log.page(query.conditions(), next, last, EXPORT_BATCH, MAX_PAGE_BYTES, true);
        page.events().forEach(sink);
        next = page.next();
      }
    }
  }

  private LogPage page(
      Map<String, Object> conditions,
      long after,
      long last,
      int limit,
      long maxBytes,
      boolean stored) {
    if (conditions.isEmpty()) {
      conditions.put("global_index > ?", after);
      conditions.put("global_index <= ?", last);
      return read(conditions, limit, maxBytes, stored, null);
    }
    AuditEntries.Page found = entries.find(conditions, after, last, limit + 1);
    conditions.put("global_index = any(?)", found.positions().toArray(Long[]::new));
    return read(conditions, limit, maxBytes, stored, found.next());
  }

  /**
   * Reads a page.
   *
   * @param next where the next page begins if all events are in this one
   */
  private LogPage read(
      Map<String, Object> conditions,
      int limit,
      long maxBytes,
      boolean stored,
      @Nullable Long next) {
    return read(
        conditions,
        limit + 1,
        rows -> {
          List<AuditedEvent> events = new ArrayList<>();
          long bytes = 0;
          while (rows.next()) {
            if (events.size() == limit || bytes > maxBytes) {
              return new LogPage(events, events.get(events.size() - 1).position());
            }
            StoredEvent event = StoredEvent.read(rows);
            bytes += event.payload().length;
            events.add(audited(event, stored));
          }
          return new LogPage(events, next);
        });
  }

  // The driver fetches rows in portions only within a transaction.
  private <T> T read(Map<String, Object> conditions, int limit, ResultSetExtractor<T> reader) {
    List<Object> values = new ArrayList<>(conditions.values());
    values.add(limit);
    return transactions.execute(
        status ->
            jdbc.sql(
                    "select %s from events.audited_event where %s order by global_index limit ?"
                        .formatted(StoredEvent.COLUMNS, String.join(" and ", conditions.keySet())))
                .params(values)
                .withFetchSize(FETCH_SIZE)
                .query(reader));
  }

  private AuditedEvent audited(StoredEvent event, boolean stored) {
    List<String> unreadable = new ArrayList<>();
    JsonNode origin = read(() -> origin(event), unreadable);
    Instant occurredAt = read(() -> time(event), unreadable);
    JsonNode payload = read(() -> payload(event), unreadable);
    return new AuditedEvent(
        event.position(),
        event.eventId(),
        event.aggregateType(),
        event.aggregateId(),
        event.sequence(),
        event.payloadType().substring(event.payloadType().lastIndexOf('.') + 1),
        event.revision(),
        occurredAt,
        origin == null ? null : text(origin, AxonConfiguration.ACTOR),
        origin == null ? null : text(origin, AxonConfiguration.CORRELATION_ID),
        unreadable.isEmpty() ? payload : null,
        unreadable.isEmpty() ? null : String.join(" ", unreadable),
        stored ? Base64.getEncoder().encodeToString(event.bytes()) : null);
  }

  private static <T> @Nullable T read(Supplier<T> part, List<String> unreadable) {
    try {
      return part.get();
    } catch (UnreadableEventException e) {
      unreadable.add(e.getMessage());
      return null;
    }
  }

  private static JsonNode origin(StoredEvent event) {
    try {
      JsonNode origin = JSON.readTree(event.metaData());
      if (origin.isObject()) {
        return origin;
      }
    } catch (JacksonException e) {
      throw new UnreadableEventException("Its metadata is not JSON.", e);
    }
    throw new UnreadableEventException("Its metadata is not a JSON object.", null);
  }

  private static @Nullable String text(JsonNode origin, String name) {
    return origin.path(name).asStringOpt().orElse(null);
  }

  private static Instant time(StoredEvent event) {
    try {
      return Instant.parse(event.time());
    } catch (DateTimeParseException e) {
      throw new UnreadableEventException("Its time is not an instant.", e);
    }
  }

  private JsonNode payload(StoredEvent event) {
    return serializer.decryptPayload(
        new SimpleSerializedObject<>(
            event.payload(), byte[].class, event.payloadType(), event.revision()));
  }
}
