package dev.annals.projection.replay;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.axon.NotifyingEventSource;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.eventstore.primary.PrimarySearch;
import dev.annals.eventstore.processor.TokenPositions;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.RestoreGuard;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.Serializer;
import org.bson.Document;
import org.bson.types.Binary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Stores beside each token the identifier of the event at its position, and finds the processors
 * that have read events which are not in the event store: it was restored to an earlier state, and
 * positions may have been used again. Such a processor is marked as foreign in the database, for
 * all processes, until it is removed or reset. For a token without an identifier, stored by an
 * earlier version, this is known only if its position is beyond the last event.
 */
final class TokenEvents implements RestoreGuard {

  private static final Logger log = LoggerFactory.getLogger(TokenEvents.class);

  static final String EVENT = "event";
  private static final String FOREIGN = "foreign";

  private final TokenEntries stored;
  private final TokenPositions tokens;
  private final ObjectProvider<StoredEvents> history;
  private final ObjectProvider<NotifyingEventSource> source;
  private final ObjectProvider<PrimarySearch> search;
  private final DeadLetters letters;
  private final MeterRegistry metrics;
  private volatile Set<String> foreign = Set.of();
  private volatile boolean compared;
  // What at() returned last.
  private volatile Document latest;

  TokenEvents(
      TokenEntries stored,
      Serializer serializer,
      ObjectProvider<StoredEvents> history,
      ObjectProvider<NotifyingEventSource> source,
      ObjectProvider<PrimarySearch> search,
      DeadLetters letters,
      MeterRegistry metrics) {
    this.stored = stored;
    this.tokens = new TokenPositions(serializer);
    this.history = history;
    this.source = source;
    this.search = search;
    this.letters = letters;
    this.metrics = metrics;
  }

  /**
   * Returns the stored event at a token's position, if there is one. It is not the last event of
   * the batch: an event that was committed late does not move the position. An event that this
   * process has read lately is known; otherwise segments at the same position share a query.
   */
  Optional<Document> at(TrackingToken token) {
    if (token.position().isEmpty() || history.getIfAvailable() == null) {
      return Optional.empty();
    }
    long position = token.position().getAsLong();
    Document last = latest;
    if (last == null || last.getLong("position") != position) {
      NotifyingEventSource read = source.getIfAvailable();
      String identifier =
          (read == null ? Optional.<String>empty() : read.identifierAt(position))
              .orElseGet(() -> identifierAt(position));
      last = identifier == null ? null : event(position, identifier);
      latest = last;
    }
    return Optional.ofNullable(last);
  }

  private String identifierAt(long position) {
    return history.getObject().identifiersAt(List.of(position)).get(position);
  }

  private static Document event(long position, String identifier) {
    return new Document("position", position).append("identifier", identifier);
  }

  synchronized void compare() {
    compare(stored.read());
  }

  /** Compares entries that were read within the last second. */
  synchronized void compareRecent() {
    compare(stored.recent());
  }

  private void compare(List<Document> entries) {
    StoredEvents events = history.getIfAvailable();
    if (events != null) {
      Set<String> found = foreignOf(entries, events);
      if (!foreign.containsAll(found)) {
        // They may have read events of a primary that this process does not know yet.
        search.ifAvailable(PrimarySearch::run);
        found = foreignOf(entries, events);
      }
      Set<String> fresh = new HashSet<>(found);
      fresh.removeAll(foreign);
      fresh.forEach(processor -> markForeign(processor, events));
      foreign = Set.copyOf(found);
    }
    compared = true;
  }

  private Set<String> foreignOf(List<Document> entries, StoredEvents events) {
    List<Document> now =
        entries.stream()
            // Axon may store an entry of its own, whose name begins with underscores.
            .filter(it -> !it.getString("processorName").startsWith("_"))
            .toList();
    Map<Long, String> there =
        events.identifiersAt(
            now.stream()
                .map(it -> it.get(EVENT, Document.class))
                .filter(Objects::nonNull)
                .map(it -> it.getLong("position"))
                .toList());
    long last = events.lastPosition();
    return now.stream()
        .filter(it -> isForeign(it, there, last))
        .map(it -> it.getString("processorName"))
        .collect(Collectors.toSet());
  }

  private boolean isForeign(Document entry, Map<Long, String> there, long last) {
    Document event = entry.get(EVENT, Document.class);
    return entry.getBoolean(FOREIGN, false)
        || position(entry) > last
        || (event != null
            && !event.getString("identifier").equals(there.get(event.getLong("position"))));
  }

  /** Returns the position of a stored token; 0 for none. */
  long position(Document entry) {
    Binary token = entry.get("token", Binary.class);
    return tokens.position(token == null ? null : token.getData(), entry.getString("tokenType"));
  }

  private void markForeign(String processor, StoredEvents events) {
    log.warn(
        "{} has read events that are not in the event store, which was restored to an earlier"
            + " state: it cannot be read until it is repaired",
        processor);
    metrics.counter("annals.processor.restored", "processor", processor).increment();
    source.ifAvailable(NotifyingEventSource::clear);
    latest = null;
    letters.removeLost(processor, events);
    stored.collection().updateMany(eq("processorName", processor), set(FOREIGN, true));
  }

  /**
   * Returns true if a processor has read events that are not in the event store, as far as this
   * process knows.
   */
  boolean isForeign(String processor) {
    return foreign.contains(processor);
  }

  @Override
  public void requireReadable(String processor) {
    if (!compared) {
      throw new DataAccessResourceFailureException(
          "The models have not been compared with the events yet");
    }
    if (isForeign(processor)) {
      throw new Refusal(
          Problem.READ_MODEL_BEHIND,
          "The events were restored to an earlier state, and the read model is being repaired.");
    }
  }

  /** Stores that a processor was reset, with all segments at or before a position. */
  synchronized void resetTo(String processor, long position) {
    String identifier = identifierAt(position);
    stored
        .collection()
        .updateMany(
            eq("processorName", processor),
            combine(
                identifier == null ? unset(EVENT) : set(EVENT, event(position, identifier)),
                unset(FOREIGN)));
    compare();
  }
}
