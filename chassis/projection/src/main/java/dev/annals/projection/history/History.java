package dev.annals.projection.history;

import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.eventstore.heap.HeapSize;
import dev.annals.eventstore.storage.UnreadableEventException;
import dev.annals.http.web.ChunkedList;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.projection.history.HistoryEntry.FieldChange;
import dev.annals.projection.write.ModelDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;

/**
 * The history of one kind of resource. A query reads the events of one resource from the first to
 * the last that it needs; entries that are large together are read a second time.
 *
 * @param <E> the events
 * @param <D> the documents that they are folded into
 * @param step the fold, the same as the projection's
 * @param view returns the resource as clients see it
 */
public record History<E, D extends ModelDocument>(
    EventStore events,
    String aggregateType,
    Class<E> eventType,
    Step<E, D> step,
    Function<D, ?> view) {

  /** The fields that an entry does not list: its version and time say the same. */
  private static final Set<String> UNLISTED_FIELDS =
      Set.of("id", "version", "createdAt", "updatedAt");

  /** The size of a page, in bytes, up to which all its entries are in memory at once. */
  private static final int MAX_BYTES_IN_MEMORY = 1 << 20;

  /** The entries of a larger page that are in memory at once; a page has about as many chunks. */
  private static final int CHUNK_SIZE = 10;

  private static final JsonMapper JSON = JsonMapper.shared();

  @FunctionalInterface
  public interface Step<E, D> {

    /**
     * Returns the document after the event.
     *
     * @param before null for the first event
     */
    D after(D before, E event, long sequence, Instant occurredAt);
  }

  /** Returns the owner's resource at a point in time, in the trash or not, if it existed then. */
  public Optional<D> at(UUID user, UUID id, PointInTime moment) {
    return at(id, moment).filter(isOwnedBy(user));
  }

  /** Returns the resource at a point in time as its owner saw it. */
  public Optional<Object> viewAt(UUID id, PointInTime moment) {
    return at(id, moment).map(view);
  }

  private Optional<D> at(UUID id, PointInTime moment) {
    D state = null;
    DomainEventStream stream = events.readEvents(id.toString(), 0);
    while (stream.hasNext()) {
      DomainEventMessage<?> event = stream.next();
      if (!isOfType(event) || !moment.includes(event)) {
        break;
      }
      state = after(state, event);
    }
    return Optional.ofNullable(state).filter(it -> moment.isAt(it.lastSequence()));
  }

  /**
   * Returns a page of the changes of the owner's resource, the newest first; empty if the resource
   * is not theirs. A large page is read again, a chunk at a time, while it is sent.
   */
  public Optional<Page<HistoryEntry>> page(UUID user, UUID id, Paging paging) {
    long total = events.lastSequenceNumberFor(id.toString()).map(last -> last + 1).orElse(0L);
    long end = total - paging.offset();
    Span<D> span = new Span<>(Math.max(0, end - paging.size()), end);
    D state = null;
    DomainEventStream stream = events.readEvents(id.toString(), 0);
    while (stream.hasNext()) {
      DomainEventMessage<?> event = stream.next();
      if (!isOfType(event) || event.getSequenceNumber() >= Math.max(1, end)) {
        break;
      }
      D before = state;
      state = after(before, event);
      if (event.getSequenceNumber() >= span.first && event.getSequenceNumber() < end) {
        span.add(entry(event, before, state), before);
      }
    }
    return Optional.ofNullable(state)
        .filter(isOwnedBy(user))
        .map(known -> Page.of(span.content(number -> chunk(id, span, number)), paging, total));
  }

  private List<HistoryEntry> chunk(UUID id, Span<D> span, int number) {
    long end = span.end - (long) number * CHUNK_SIZE;
    long first = Math.max(span.first, end - CHUNK_SIZE);
    D state = span.before.get(first);
    List<HistoryEntry> entries = new ArrayList<>();
    DomainEventStream stream = events.readEvents(id.toString(), first);
    while (stream.hasNext() && stream.peek().getSequenceNumber() < end) {
      DomainEventMessage<?> event = stream.next();
      D before = state;
      state = after(before, event);
      entries.add(entry(event, before, state));
    }
    Collections.reverse(entries);
    return entries;
  }

  /**
   * The entries of a page: all of them while they are small together, then only the documents from
   * which each chunk is read again.
   */
  private static final class Span<D> {

    private final long first;
    private final long end;

    /** The document before the first event of each chunk, by the number of that event. */
    private final Map<Long, D> before = new HashMap<>();

    private final List<HistoryEntry> entries = new ArrayList<>();
    private int count;
    private long bytes;
    private int largest;

    Span(long first, long end) {
      this.first = first;
      this.end = end;
    }

    void add(HistoryEntry entry, D previous) {
      if (entry.version() == first || (end - entry.version()) % CHUNK_SIZE == 0) {
        before.put(entry.version(), previous);
      }
      int weight = HeapSize.of(entry);
      count++;
      bytes += weight;
      largest = Math.max(largest, weight);
      if (bytes <= MAX_BYTES_IN_MEMORY) {
        entries.add(entry);
      } else {
        entries.clear();
      }
    }

    List<HistoryEntry> content(IntFunction<List<HistoryEntry>> read) {
      if (bytes > MAX_BYTES_IN_MEMORY) {
        // Neighbours share a document, so an entry counts half.
        return new ChunkedList<>(
            count, CHUNK_SIZE, (long) largest * (CHUNK_SIZE + before.size()) / 2, read);
      }
      Collections.reverse(entries);
      return entries;
    }
  }

  private Predicate<D> isOwnedBy(UUID user) {
    return state -> state.owner().equals(user.toString());
  }

  private boolean isOfType(DomainEventMessage<?> event) {
    return event.getType().equals(aggregateType);
  }

  private D after(D before, DomainEventMessage<?> event) {
    Object payload = event.getPayload();
    if (!eventType.isInstance(payload)) {
      throw UnreadableEventException.ofUnknownType();
    }
    return step.after(
        before, eventType.cast(payload), event.getSequenceNumber(), event.getTimestamp());
  }

  private HistoryEntry entry(DomainEventMessage<?> event, D before, D after) {
    return new HistoryEntry(
        event.getSequenceNumber(),
        event.getPayloadType().getSimpleName(),
        event.getTimestamp(),
        event.getMetaData().get(AxonConfiguration.ACTOR) instanceof String actor ? actor : null,
        changes(before == null ? MissingNode.getInstance() : tree(before), tree(after)));
  }

  private JsonNode tree(D state) {
    return JSON.valueToTree(view.apply(state));
  }

  private static List<FieldChange> changes(JsonNode before, JsonNode after) {
    Set<String> fields = new LinkedHashSet<>(after.propertyNames());
    fields.addAll(before.propertyNames());
    fields.removeAll(UNLISTED_FIELDS);
    return fields.stream()
        .map(field -> new FieldChange(field, value(before, field), value(after, field)))
        .filter(change -> !Objects.equals(change.from(), change.to()))
        .toList();
  }

  private static JsonNode value(JsonNode tree, String field) {
    JsonNode value = tree.path(field);
    return value.isMissingNode() ? NullNode.getInstance() : value;
  }
}
